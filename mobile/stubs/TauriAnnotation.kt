package app.tauri.annotation

annotation class ActivityCallback

annotation class Command

annotation class TauriPlugin
