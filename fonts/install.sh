#!/bin/sh
# Puts the fonts of the printed forms, and their licenses, into
# internal/render/fonts, from where they are embedded into the binary.
# Does nothing when they are already there in the pinned versions.
set -eu
cd "$(dirname "$0")"
to=../internal/render/fonts
stamp=$to/.installed

if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then
    exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
biz=node_modules/@expo-google-fonts/biz-udpgothic
noto=node_modules/@expo-google-fonts/noto-sans-jp
mkdir -p "$to"
cp "$biz/400Regular/BIZUDPGothic_400Regular.ttf" "$to/BIZUDPGothic-Regular.ttf"
cp "$biz/700Bold/BIZUDPGothic_700Bold.ttf" "$to/BIZUDPGothic-Bold.ttf"
cp "$noto/400Regular/NotoSansJP_400Regular.ttf" "$to/NotoSansJP-Regular.ttf"
cp "$biz/LICENSE_FONT" "$to/BIZUDPGothic-OFL.txt"
cp "$noto/LICENSE_FONT" "$to/NotoSansJP-OFL.txt"
cp package-lock.json "$stamp"
