package app.tauri.annotation

annotation class Command

annotation class TauriPlugin
