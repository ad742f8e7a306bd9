@echo off
rem Starts Lodestar: the window without arguments, else the command line (lodestar.cmd help). Builds what is missing or older than its sources first.
setlocal enabledelayedexpansion
set "home=%~dp0"
if "%home:~-1%"=="\" set "home=%home:~0,-1%"
set "app=%home%\studio-app\target\app"

rem ---- a JDK 25
set "jdk="
set "tried="
call :try "%JAVA_HOME%"
call :try "%JAVA25_HOME%"
if not defined jdk for /f "delims=" %%j in ('where java 2^>nul') do for %%b in ("%%~dpj..") do call :try "%%~fb"
if not defined jdk for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\jdk*" "%ProgramFiles%\Zulu\*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\BellSoft\*" "%USERPROFILE%\.jdks\*") do call :try "%%~fd"
if not defined jdk (
    echo Expected a JDK 25, found none. Install one ^(for example from adoptium.net^) or set JAVA_HOME to it. Looked at:!tried! 1>&2
    exit /b 2
)

rem ---- the program, built from these sources
set "jar="
for %%f in ("%home%\studio-app\target\studio-app-*.jar") do set "jar=%%~ff"
set "stale="
if not defined jar set "stale=1"
if not exist "%app%\lib" set "stale=1"
if not exist "%app%\javafx" set "stale=1"
if not exist "%app%\built" set "stale=1"
if not defined stale (
    powershell -NoProfile -Command "$built = (Get-Item '%app%\built').LastWriteTimeUtc; $sources = '%home%\pom.xml','%home%\sampler-engine\pom.xml','%home%\studio-app\pom.xml','%home%\sampler-engine\src\main','%home%\studio-app\src\main' | Get-Item; $sources += $sources | Where-Object PSIsContainer | Get-ChildItem -Recurse; if ($sources | Where-Object { $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1) { exit 1 }"
    if errorlevel 1 set "stale=1"
)
if defined stale (
    where mvn >nul 2>nul || (
        echo Expected Maven 3.8 or newer to build the program, found no mvn on the PATH. Install Maven. 1>&2
        exit /b 2
    )
    echo Building Lodestar, which is needed once after every change ^(the first time it fetches libraries^)... 1>&2
    set "log=%TEMP%\lodestar-build-%RANDOM%.log"
    pushd "%home%"
    set "JAVA25_HOME=!jdk!"
    rem A program that was built for GPUs stays so.
    set "gpu="
    if exist "%app%\lib\onnxruntime_gpu-*.jar" set "gpu=-Pgpu"
    call mvn -q -B !gpu! -DskipTests package >"!log!" 2>&1
    if errorlevel 1 (
        popd
        type "!log!" 1>&2
        echo Expected the program to build, found the errors above. Mend them, or check that the Maven repository can be reached. 1>&2
        exit /b 1
    )
    popd
    del "!log!"
    type nul >"%app%\built"
    for %%f in ("%home%\studio-app\target\studio-app-*.jar") do set "jar=%%~ff"
)

rem ---- run it
"%jdk%\bin\java" -XX:+UseSerialGC -Xms64m -Xmx1500m "-Dlodestar.home=%home%" --module-path "%app%\javafx" --add-modules javafx.controls --enable-native-access=javafx.graphics,ALL-UNNAMED -cp "%jar%;%app%\lib\*" org.lodestar.studio.Main %*
exit /b %errorlevel%

:try
if defined jdk goto :eof
if "%~1"=="" goto :eof
set tried=!tried! "%~1"
if exist "%~1\bin\javac.exe" findstr /b /c:"JAVA_VERSION=\"25" "%~1\release" >nul 2>nul && set "jdk=%~1"
goto :eof
