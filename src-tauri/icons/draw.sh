#!/usr/bin/env bash
# Draws the app's mark, a tick whose long arm holds up a dot, in every size that the bundles ask
# for. Needs ImageMagick; the results are checked in.
set -euo pipefail
cd "$(dirname "$0")"

# One drawing on a field of 1024; smaller sizes are scaled from it so that all are one mark.
convert -size 1024x1024 xc:none \
  -fill '#0B5C63' -draw 'roundrectangle 32,32 991,991 208,208' \
  -fill none -stroke '#FFFFFF' -strokewidth 112 \
  -draw 'stroke-linecap round stroke-linejoin round polyline 262,560 448,742 700,398' \
  -stroke none -fill '#F4B942' -draw 'circle 764,262 764,184' \
  -depth 8 -strip -define png:exclude-chunks=date,time icon-1024.png

for size in 32 64 128 256 512; do
  convert icon-1024.png -filter Lanczos -resize "${size}x${size}" -depth 8 -strip \
    -define png:color-type=6 -define png:exclude-chunks=date,time "${size}.png"
done
mv 32.png 32x32.png
mv 64.png 64x64.png
mv 128.png 128x128.png
mv 256.png 128x128@2x.png
mv 512.png icon.png
convert 32x32.png 64x64.png 128x128.png '128x128@2x.png' icon.ico

# iOS rounds the corners itself and refuses transparency: the field reaches to the edges.
convert icon-1024.png \( -size 1024x1024 xc:'#0B5C63' \) +swap -composite -alpha off -depth 8 -strip \
  -define png:color-type=2 -define png:exclude-chunks=date,time ../ios/AppIcon.appiconset/icon-1024.png
rm icon-1024.png
