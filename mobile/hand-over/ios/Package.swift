// swift-tools-version:5.5

import PackageDescription

let package = Package(
  name: "tauri-plugin-hand-over",
  platforms: [
    .iOS(.v15)
  ],
  products: [
    .library(
      name: "tauri-plugin-hand-over",
      type: .static,
      targets: ["tauri-plugin-hand-over"])
  ],
  dependencies: [
    .package(name: "Tauri", path: "../.tauri/tauri-api")
  ],
  targets: [
    .target(
      name: "tauri-plugin-hand-over",
      dependencies: [
        .byName(name: "Tauri")
      ],
      path: "Sources")
  ]
)
