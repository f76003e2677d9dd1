package mx.apoyo.handover

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent

/** Hears from the share sheet that an app was chosen in it. */
class ChosenReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        waiting?.chosen()
    }

    internal companion object {
        /** The sheet that was shown last; null after a start. */
        @Volatile
        var waiting: Choice? = null
    }
}
