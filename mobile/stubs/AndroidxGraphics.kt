package androidx.core.graphics

class Insets private constructor() {
    @JvmField val left: Int = 0

    @JvmField val top: Int = 0

    @JvmField val right: Int = 0

    @JvmField val bottom: Int = 0
}
