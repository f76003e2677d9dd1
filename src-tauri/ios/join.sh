#!/usr/bin/env bash
# Joins what is checked in (sentences, privacy manifest, icon, entitlements) to the Xcode project
# that `tauri ios init` writes into gen/apple. On a Mac, after every `tauri ios init`:
#   APOYO_SERVER=https://apoyo.ejemplo.mx src-tauri/ios/join.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# The server whose links open the app is the one that the app talks to.
host=$(printf '%s' "${APOYO_SERVER:?https://… of this build}" | sed -n 's|^https\{0,1\}://\([^:/]*\).*$|\1|p')
test -n "$host" || { echo "APOYO_SERVER names no host: $APOYO_SERVER" >&2; exit 1; }
app=$(basename "$(find gen/apple -maxdepth 1 -type d -name '*_iOS')")
entitlements=gen/apple/$app/$app.entitlements

# The project takes every file of this folder: *.lproj and *.xcprivacy become resources.
cp -R ios/Resources/. "gen/apple/$app/"
# The generator's icon is Tauri's.
icon=gen/apple/Assets.xcassets/AppIcon.appiconset
test -d "$icon"
rm -r "$icon"
cp -R ios/AppIcon.appiconset "$icon"
(cd gen/apple && xcodegen generate --spec project.yml)
# After the generator, which writes an empty one.
sed "s/applinks:apoyo\.ejemplo\.mx/applinks:$host/" ios/apoyo.entitlements > "$entitlements"
plutil -lint "$entitlements" "gen/apple/$app/PrivacyInfo.xcprivacy"
