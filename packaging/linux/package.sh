#!/bin/sh
# Makes an application folder (and, with dpkg-deb, a .deb) that runs without Java installed.
#   packaging/linux/package.sh [OUTPUT_FOLDER]     default: packaging/target
# Needs a JDK 25 (JAVA_HOME or on the PATH) and a built program (./lodestar doctor builds it).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/packaging/target}
version=0.1.0
app=$root/studio-app/target/app
jdk=${JAVA_HOME:+$JAVA_HOME/bin/}

fail() { echo "$1" >&2; exit 1; }
[ -d "$app/lib" ] && [ -d "$app/javafx" ] || fail "Expected a built program under studio-app/target/app, found none. Run ./lodestar doctor once, it builds what is missing."
"${jdk}jlink" --version 2>/dev/null | grep -q '^25' || fail "Expected the tools of a JDK 25 (jlink, jpackage), found none. Set JAVA_HOME to a JDK 25."

rm -rf "$out"
mkdir -p "$out/input"

# 1. A Java runtime with JavaFX and only the modules the program needs.
modules=$(ls "$app"/javafx/*-linux*.jar | tr '\n' ':')
"${jdk}jlink" --module-path "$modules" \
    --add-modules javafx.controls,java.logging,java.management,jdk.management,java.desktop,jdk.unsupported,jdk.localedata --include-locales=en \
    --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$out/runtime"

# 2. Everything else on the class path; of ONNX Runtime only this platform's libraries.
cp "$app"/lib/*.jar "$root"/studio-app/target/studio-app-$version.jar "$out/input/"
case $(uname -m) in
    x86_64) keep=linux-x64 ;;
    aarch64) keep=linux-aarch64 ;;
    *) fail "Expected a 64-bit Intel or Arm processor, found $(uname -m). There is no ONNX Runtime for it." ;;
esac
for platform in linux-x64 linux-aarch64 osx-aarch64 win-x64; do
    [ $platform = $keep ] || zip -qd "$out"/input/onnxruntime-*.jar "ai/onnxruntime/native/$platform/*" >/dev/null 2>&1 || true
done
cp -r "$root/models" "$out/input/models"
cp "$root/LICENSE" "$root/NOTICE" "$out/input/"

# 3. The application folder, and a package where the tools for one are there.
set -- --name lodestar --app-version $version --vendor "Lodestar authors" --description "A studio for making images with diffusion models" \
    --runtime-image "$out/runtime" --input "$out/input" --main-jar studio-app-$version.jar --main-class org.lodestar.studio.Main \
    --java-options "--enable-native-access=javafx.graphics,ALL-UNNAMED" --java-options "-Xmx1g" \
    --java-options "-Dlodestar.home=\$APPDIR" --dest "$out"
"${jdk}jpackage" --type app-image "$@"
tar -C "$out" -czf "$out/lodestar-$version-$keep.tar.gz" lodestar
if command -v dpkg-deb >/dev/null && command -v fakeroot >/dev/null; then
    "${jdk}jpackage" --type deb --linux-shortcut --linux-menu-group Graphics --license-file "$root/LICENSE" "$@"
fi
rm -rf "$out/input" "$out/runtime"
ls -l "$out"
