// swift-tools-version:5.5

import PackageDescription

let package = Package(
  name: "tauri-plugin-private-screen",
  platforms: [
    .iOS(.v15)
  ],
  products: [
    .library(
      name: "tauri-plugin-private-screen",
      type: .static,
      targets: ["tauri-plugin-private-screen"])
  ],
  dependencies: [
    .package(name: "Tauri", path: "../.tauri/tauri-api")
  ],
  targets: [
    .target(
      name: "tauri-plugin-private-screen",
      dependencies: [
        .byName(name: "Tauri")
      ],
      path: "Sources")
  ]
)
