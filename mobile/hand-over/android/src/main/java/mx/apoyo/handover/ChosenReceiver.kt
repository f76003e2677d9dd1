package mx.apoyo.handover

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent

/** Is notified when an app was chosen in the share sheet. */
class ChosenReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        waiting?.chosen()
    }

    internal companion object {
        /** The last sheet; null after a start. */
        @Volatile
        var waiting: Choice? = null
    }
}
