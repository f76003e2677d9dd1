@file:Suppress("UNUSED_PARAMETER", "unused")

package androidx.annotation

annotation class RequiresApi(val value: Int)
