package android.content.pm

class PackageInfo {
    @JvmField var packageName: String = ""
}
