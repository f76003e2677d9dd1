@file:Suppress("UNUSED_PARAMETER", "unused")

package android.app

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.view.Window

open class Activity : Context() {
    val window: Window get() = TODO()
    val intent: Intent get() = TODO()
    protected open fun onCreate(savedInstanceState: Bundle?) {}
    fun runOnUiThread(action: Runnable) {}
    fun setContentView(layout: Int) {}
    fun <T : View> findViewById(id: Int): T = TODO()
    fun startActivity(intent: Intent) {}
    fun finish() {}
}
