/** See fake.mjs. */
export class Shut extends Error {
  problem: import('../../bindings/Problem').Problem
}
export function pretendPhone(): {
  phone: { stage: string; offline: boolean; looks: number }
  open(door: import('../../bindings/Door').Door, picture?: Blob, type?: string): Promise<unknown>
}
