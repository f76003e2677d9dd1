@file:Suppress("UNUSED_PARAMETER", "unused", "ktlint", "ClassName")

package android


class R private constructor() {
    class id private constructor() {
        companion object {
            const val content = 0x01020002
        }
    }
}
