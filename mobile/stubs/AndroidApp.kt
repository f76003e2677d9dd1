@file:Suppress("UNUSED_PARAMETER", "unused")

package android.app

import android.content.Context
import android.content.Intent
import android.content.IntentSender
import android.os.Bundle
import android.view.MotionEvent
import android.view.View
import android.view.Window

open class Activity : Context() {
    val window: Window get() = TODO()
    val intent: Intent get() = TODO()
    protected open fun onCreate(savedInstanceState: Bundle?) {}
    open fun dispatchTouchEvent(ev: MotionEvent): Boolean = false
    fun runOnUiThread(action: Runnable) {}
    fun setContentView(layout: Int) {}
    fun <T : View> findViewById(id: Int): T = TODO()
    fun startActivity(intent: Intent) {}
    fun finish() {}

    companion object {
        const val RESULT_OK = -1
    }
}

class PendingIntent private constructor() {
    val intentSender: IntentSender get() = TODO()

    companion object {
        const val FLAG_IMMUTABLE = 0x04000000
        const val FLAG_UPDATE_CURRENT = 0x08000000

        @JvmStatic
        fun getBroadcast(context: Context, requestCode: Int, intent: Intent, flags: Int): PendingIntent = TODO()
    }
}
