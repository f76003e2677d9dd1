import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Door } from '../../bindings/Door'
import { nativeOver } from '../src/native'
import { answerOf } from '../src/native/answers'
import { doorHeader } from '../src/native/header'
import { inPieces, PIECE } from '../src/native/pictures'
import { Refusal, refusalFrom } from '../src/native/refusal'
import { pretendPhone } from './fake.mjs'

describe('a door as a header', () => {
  it('is plain ASCII whatever was typed, and reads back the same', () => {
    const door: Door = { door: 'campaigns', search: 'ñandú “México” 🗳\u2028' }
    const header = doorHeader(door)
    expect(header).toMatch(/^[\x20-\x7e]*$/)
    expect(header).toContain('\\u00f1')
    expect(JSON.parse(header)).toEqual(door)
  })

  it('carries no line break out of a pasted text', () => {
    const door: Door = { door: 'type_fields', mrz: 'IDMEX1\r\nX\n', curp: null, clave_elector: null, name: 'Íñigo' }
    expect(doorHeader(door)).not.toMatch(/[\r\n]/)
    expect(JSON.parse(doorHeader(door))).toEqual(door)
  })
})

describe('the doors', () => {
  /** Opens the door with `open` and returns the request. */
  async function through(open: (native: ReturnType<typeof nativeOver>) => Promise<unknown>) {
    const seen: { door: Door; picture?: Blob | undefined }[] = []
    const native = nativeOver({
      json: (door, picture) => (seen.push({ door, picture }), pretendPhone().open({ door: 'state' })),
      bytes: (door) => (seen.push({ door }), Promise.resolve(new Blob([]))),
      handOver: () => Promise.resolve('none'),
    })
    await open(native)
    return seen[0]
  }

  it('an empty field is not given, rather than given empty', async () => {
    const seen = await through((native) => native.typeFields({ mrz: ' ', curp: 'PUER850417MDFRJB01', claveElector: '', name: '' }))
    expect(seen?.door).toEqual({ door: 'type_fields', mrz: null, curp: 'PUER850417MDFRJB01', clave_elector: null, name: null })
  })

  it('a picture goes in the body, not in the door', async () => {
    const picture = new Blob([new Uint8Array([255, 216, 255])])
    const seen = await through((native) => native.putPicture('back', 'camera', true, picture))
    expect(seen?.door).toEqual({ door: 'put_picture', part: 'back', source: 'camera', anyway: true })
    expect(seen?.picture).toBe(picture)
  })
})

describe('a file on its way to Android', () => {
  /** What a browser has and Node lacks. */
  class Reader {
    result = ''
    onload = () => undefined as void
    readAsDataURL(blob: Blob) {
      void blob.arrayBuffer().then((bytes) => {
        this.result = `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`
        this.onload()
      })
    }
  }
  afterEach(() => vi.unstubAllGlobals())

  async function sent(bytes: Uint8Array<ArrayBuffer>) {
    vi.stubGlobal('FileReader', Reader)
    const pieces: { of: number; nth: number; piece: Buffer }[] = []
    const given = await inPieces(new Blob([bytes]), (of, nth, piece) => {
      pieces.push({ of, nth, piece: Buffer.from(piece, 'base64') })
      return Promise.resolve()
    })
    return { given, pieces }
  }

  it('goes whole where it is short', async () => {
    const { given, pieces } = await sent(new Uint8Array([255, 216, 255]))
    expect(given).toBe('/9j/')
    expect(pieces).toEqual([])
  })

  it('goes in pieces that are short, in order, and all of it', async () => {
    const bytes = Uint8Array.from({ length: 2 * PIECE + 7 }, (_, nth) => nth % 251)
    const { given, pieces } = await sent(bytes)
    expect(given).toEqual({ of: pieces[0]?.of, pieces: 3 })
    expect(pieces.map(({ nth }) => nth)).toEqual([0, 1, 2])
    expect(Math.max(...pieces.map(({ piece }) => piece.length))).toBe(PIECE)
    expect(Buffer.concat(pieces.map(({ piece }) => piece)).equals(bytes)).toBe(true)
  })

  it('has a name of its own', async () => {
    const bytes = new Uint8Array(PIECE + 1)
    const [one, other] = [await sent(bytes), await sent(bytes)]
    expect(one.pieces[0]?.of).not.toBe(other.pieces[0]?.of)
  })
})

describe('what comes instead of an answer', () => {
  it('a problem stays the problem that it is', () => {
    const refusal = refusalFrom({ code: 'code_wrong', tries_left: 3 }, 'answer_malformed')
    expect(refusal.problem).toEqual({ code: 'code_wrong', tries_left: 3 })
    expect(refusalFrom(refusal, 'answer_malformed')).toBe(refusal)
  })

  it('anything else becomes what it means for the person', () => {
    for (const thrown of [null, undefined, 'panic', new Error('boom'), { message: 'x' }, { code: 7 }]) {
      const refusal = refusalFrom(thrown, 'answer_malformed')
      expect(refusal).toBeInstanceOf(Refusal)
      expect(refusal.problem.code).toBe('answer_malformed')
    }
  })
})

describe('an answer is what its door answers', () => {
  const one = pretendPhone()
  const asked: [Door, string][] = [
    [{ door: 'state' }, 'activation'],
    [{ door: 'notice' }, 'version'],
    [{ door: 'entidades' }, '0'],
    [{ door: 'campaigns', search: '' }, 'campaigns'],
    [{ door: 'look', aim: 'back' }, 'advice'],
  ]
  it.each(asked)('%o passes, and without one of its fields it does not', async (door, field) => {
    const answer = structuredClone(await one.open(door)) as Record<string, unknown>
    expect(answerOf(door.door, answer)).toBe(answer)
    const less = structuredClone(answer)
    if (Array.isArray(less)) less[0] = { number: 1 }
    else delete less[field]
    expect(() => answerOf(door.door, less)).toThrow(Refusal)
  })

  it('what lies deep in it is looked at as well', async () => {
    one.phone.stage = 'active'
    await one.open({ door: 'begin_draft', campaign: 'agua-para-todas' })
    const state = structuredClone(await one.open({ door: 'state' })) as { draft: { campaign: { closes_at: unknown } } }
    expect(answerOf('state', state)).toBe(state)
    state.draft.campaign.closes_at = 1_800_000_000
    expect(() => answerOf('state', state)).toThrow(Refusal)
  })

  it('the answer of another door is refused', async () => {
    const notice = await one.open({ door: 'notice' })
    expect(() => answerOf('state', notice)).toThrow(Refusal)
    for (const nothing of [null, undefined, '', [], {}, 0]) expect(() => answerOf('receipt', nothing)).toThrow(Refusal)
  })
})
