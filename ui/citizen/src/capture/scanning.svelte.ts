/** Whether the phone's own scanner has the camera: two at once get it on no phone. */
export const scanning = $state({ now: false })
