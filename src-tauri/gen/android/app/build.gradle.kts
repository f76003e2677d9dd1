import java.util.Properties
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
    id("rust")
}

fun properties(name: String) = Properties().apply {
    val file = file(name)
    if (file.exists()) file.inputStream().use { load(it) }
}

// Written by the Tauri CLI at every build.
val tauriProperties = properties("tauri.properties")

// Written by the person who signs (docs/phones.md), never checked in. Without it a release is unsigned.
val keystoreProperties = properties("../keystore.properties")

android {
    compileSdk = 37
    namespace = "mx.apoyo.ciudadano"
    defaultConfig {
        applicationId = "mx.apoyo.ciudadano"
        minSdk = 24
        targetSdk = 37
        versionCode = tauriProperties.getProperty("tauri.android.versionCode", "1").toInt()
        versionName = tauriProperties.getProperty("tauri.android.versionName", "1.0")
    }
    androidResources {
        localeFilters += listOf("es", "en")
    }
    signingConfigs {
        if (!keystoreProperties.isEmpty) {
            create("release") {
                storeFile = file(keystoreProperties.getProperty("storeFile"))
                storePassword = keystoreProperties.getProperty("storePassword")
                keyAlias = keystoreProperties.getProperty("keyAlias")
                keyPassword = keystoreProperties.getProperty("keyPassword")
            }
        }
    }
    buildTypes {
        getByName("debug") {
            isDebuggable = true
            isJniDebuggable = true
            isMinifyEnabled = false
            packaging {
                jniLibs.keepDebugSymbols.add("*/arm64-v8a/*.so")
                jniLibs.keepDebugSymbols.add("*/armeabi-v7a/*.so")
                jniLibs.keepDebugSymbols.add("*/x86/*.so")
                jniLibs.keepDebugSymbols.add("*/x86_64/*.so")
            }
        }
        getByName("release") {
            // R8: code and resources.
            optimization {
                enable = true
            }
            signingConfig = signingConfigs.findByName("release")
            proguardFiles(
                *fileTree(".") {
                    include("**/*.pro")
                    exclude("build/**")
                }.files.toTypedArray(),
            )
        }
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    buildFeatures {
        buildConfig = true
    }
    packaging {
        // The program lies compressed in the package: on a poor network the download is what costs,
        // and a package may come from elsewhere than a store that compresses it itself.
        jniLibs.useLegacyPackaging = true
    }
    lint {
        checkReleaseBuilds = true
        abortOnError = true
    }
}

// The server whose links open the app. `cargo xtask phone` takes it from APOYO_SERVER and hands it
// on as ORG_GRADLE_PROJECT_apoyoHost. (No dot in the name: the shell that starts Gradle on Debian
// and Ubuntu drops such variables.)
val linkHost: Provider<String> = providers.gradleProperty("apoyoHost")
val noHost: Provider<String> = providers.provider {
    throw GradleException("a release needs its server's host: -PapoyoHost=…")
}

androidComponents {
    // One package per ABI (`tauri android build --apk --split-per-abi`): each needs a version code
    // of its own, and a phone that can run two gets the higher one. A bundle's code ends in 0, so
    // that the next version's bundle has a higher code than this one's packages.
    val order = mapOf("arm" to 1, "x86" to 2, "arm64" to 3, "x86_64" to 4)
    onVariants { variant ->
        val abi = variant.productFlavors.firstOrNull { it.first == "abi" }?.second
        val place = order[abi] ?: 0
        variant.outputs.forEach { output ->
            output.versionCode.set(output.versionCode.get() * 10 + place)
        }
        // A release without a host would claim the links of another server.
        val host = if (variant.buildType == "release") linkHost.orElse(noHost) else linkHost.orElse("apoyo.ejemplo.mx")
        variant.manifestPlaceholders.put("linkHost", host)
    }
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.JVM_1_8
    }
}

rust {
    rootDirRel = "../../../"
}

dependencies {
    implementation("androidx.webkit:webkit:1.14.0")
    implementation("androidx.appcompat:appcompat:1.7.1")
    implementation("androidx.activity:activity-ktx:1.10.1")
    implementation("androidx.core:core-splashscreen:1.0.1")
    implementation("com.google.android.material:material:1.12.0")
    implementation("androidx.lifecycle:lifecycle-process:2.10.0")
    testImplementation("junit:junit:4.13.2")
}

apply(from = file("tauri.build.gradle.kts"))
