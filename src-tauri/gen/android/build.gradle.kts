buildscript {
    repositories {
        google()
        mavenCentral()
    }
    dependencies {
        classpath("com.android.tools.build:gradle:9.3.1")
        classpath("org.jetbrains.kotlin:kotlin-gradle-plugin:2.2.10")
    }
}

allprojects {
    repositories {
        google()
        mavenCentral()
    }

    // Android 7 (API 24 and 25): Tauri's Android library brings Jackson 2.15, which needs a class
    // that came with Android 8, and the app would end at its start. 2.13 is the last line without
    // it, and has everything that the library uses.
    configurations.configureEach {
        resolutionStrategy.force(
            "com.fasterxml.jackson.core:jackson-annotations:2.13.5",
            "com.fasterxml.jackson.core:jackson-core:2.13.5",
            "com.fasterxml.jackson.core:jackson-databind:2.13.5",
            "com.fasterxml.jackson.datatype:jackson-datatype-json-org:2.13.5",
        )
    }
}

tasks.register("clean").configure {
    delete("build")
}
