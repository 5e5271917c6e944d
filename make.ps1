# The verbs of the Makefile for Windows: .\make.ps1 run|test|check|bench|accuracy|installer|clean [arguments]
# Where scripts are not allowed: powershell -ExecutionPolicy Bypass -File make.ps1 run

# No attributes on the parameter: with them PowerShell would take -k and the like for its own.
param([string] $Verb = "help")
$Arguments = $args
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot

function Stop-WithSentence([string] $Sentence) {
    [Console]::Error.WriteLine($Sentence)
    exit 2
}

function Invoke-OrExit([string] $Program, [string[]] $Words) {
    & $Program @Words
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Find-Python {
    # What a candidate that does not exist writes to stderr is no reason to stop.
    $ErrorActionPreference = "Continue"
    $candidates = @()
    if ($env:PYTHON) { $candidates += , @($env:PYTHON) }
    $candidates += , @("py", "-3.11")
    $candidates += , @("py", "-3")
    $candidates += , @("python")
    foreach ($candidate in $candidates) {
        if (-not (Get-Command $candidate[0] -ErrorAction SilentlyContinue)) { continue }
        $words = @($candidate | Select-Object -Skip 1)
        & $candidate[0] @words -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>$null
        if ($LASTEXITCODE -eq 0) { return , $candidate }
    }
    Stop-WithSentence "Python 3.11 or newer is missing: install it from python.org, or set PYTHON to its path."
}

# A virtual environment with this project in it, its Python in $script:Python. "ready" is written
# last, so that a run that was cut off starts again.
function Use-Venv([string] $Folder, [string] $Extras) {
    $script:Python = Join-Path $Folder "Scripts\python.exe"
    $ready = Join-Path $Folder "ready"
    $isCurrent = (Test-Path $ready) -and
        ((Get-Item $ready).LastWriteTime -ge (Get-Item "pyproject.toml").LastWriteTime)
    if (-not $isCurrent) {
        if (-not (Test-Path $script:Python)) {
            $found = Find-Python
            $words = @($found | Select-Object -Skip 1) + @("-m", "venv", $Folder)
            Invoke-OrExit $found[0] $words
        }
        Write-Host "Installing what Kenspeckle needs into $Folder ..."
        Invoke-OrExit $script:Python @("-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--editable", ".[$Extras]")
        if ($Folder -eq ".venv-installer") { Invoke-OrExit $script:Python @("tools\slim_opencv.py") }
        New-Item -ItemType File -Force $ready | Out-Null
    }
}

switch ($Verb) {
    "help" {
        Write-Host ".\make.ps1 run        open the window   (run --source clip.mp4 is passed on)"
        Write-Host ".\make.ps1 test       run the tests     (test tests\unit is passed on)"
        Write-Host ".\make.ps1 check      lint, types, who imports whom"
        Write-Host ".\make.ps1 bench      measure speed beside its peers (bench --source clip.mp4)"
        Write-Host ".\make.ps1 accuracy   measure accuracy anew for docs\accuracy.md (accuracy folder-of-labelled-photos)"
        Write-Host ".\make.ps1 installer  build the application into dist\kenspeckle"
        Write-Host ".\make.ps1 clean      remove everything that these have made"
    }
    "run" {
        Use-Venv ".venv" "test,check"
        Invoke-OrExit $script:Python (@("-m", "desktop_app") + $Arguments)
    }
    "test" {
        Use-Venv ".venv" "test,check"
        Invoke-OrExit $script:Python (@("-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile") + $Arguments)
    }
    "check" {
        Use-Venv ".venv" "test,check"
        Invoke-OrExit $script:Python @("-m", "ruff", "check", ".")
        Invoke-OrExit $script:Python @("-m", "ruff", "format", "--check", ".")
        Invoke-OrExit $script:Python @("-m", "mypy")
        Invoke-OrExit ".venv\Scripts\lint-imports.exe" @()
    }
    "bench" {
        Use-Venv ".venv" "test,check"
        $peers = ".venv\peers"
        if (-not ((Test-Path $peers) -and
                ((Get-Item $peers).LastWriteTime -ge (Get-Item ".venv\ready").LastWriteTime))) {
            Write-Host "Installing what it is measured beside ..."
            Invoke-OrExit $script:Python @("-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--editable", ".[bench]")
            # It asks for dlib's source code, of which the extra has a wheel.
            Invoke-OrExit $script:Python @("-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-deps", "face-recognition-ng==1.4.2")
            New-Item -ItemType File -Force $peers | Out-Null
        }
        Invoke-OrExit $script:Python (@("-m", "benchmarks") + $Arguments)
    }
    "accuracy" {
        Use-Venv ".venv" "test,check"
        Invoke-OrExit $script:Python (@("tools\measure_accuracy.py") + $Arguments)
    }
    "installer" {
        Use-Venv ".venv-installer" "installer"
        Invoke-OrExit $script:Python @("-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR",
            "build_installer.spec")
        Write-Host "dist\kenspeckle is built."
    }
    "clean" {
        foreach ($folder in ".venv", ".venv-installer", "build", "dist", ".mypy_cache",
            ".ruff_cache", ".pytest_cache", ".import_linter_cache") {
            if (Test-Path $folder) { Remove-Item -Recurse -Force $folder }
        }
        Get-ChildItem -Recurse -Directory -Filter __pycache__ | Remove-Item -Recurse -Force
    }
    default { Stop-WithSentence "There is no verb $Verb. .\make.ps1 help lists them." }
}
