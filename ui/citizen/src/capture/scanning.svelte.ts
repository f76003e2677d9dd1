/** Whether the phone's own scanner has the camera, which only one user can have at a time. */
export const scanning = $state({ now: false })
