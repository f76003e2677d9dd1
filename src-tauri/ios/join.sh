#!/usr/bin/env bash
# Joins what is checked in (sentences, privacy manifest, entitlements) to the Xcode project that
# `tauri ios init` writes into gen/apple. On a Mac, after every `tauri ios init`:
#   APOYO_HOST=apoyo.ejemplo.mx src-tauri/ios/join.sh
set -euo pipefail
cd "$(dirname "$0")/.."
app=$(basename "$(find gen/apple -maxdepth 1 -type d -name '*_iOS')")
entitlements=gen/apple/$app/$app.entitlements

# The project takes every file of this folder: *.lproj and *.xcprivacy become resources.
cp -R ios/Resources/. "gen/apple/$app/"
(cd gen/apple && xcodegen generate --spec project.yml)
# After the generator, which writes an empty one.
sed "s/applinks:apoyo\.ejemplo\.mx/applinks:${APOYO_HOST:?the server of this build}/" \
  ios/apoyo.entitlements > "$entitlements"
plutil -lint "$entitlements" "gen/apple/$app/PrivacyInfo.xcprivacy"
