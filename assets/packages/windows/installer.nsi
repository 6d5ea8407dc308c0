; The installer for Windows: for one user, without an administrator's rights. assets/packages/windows/make.sh calls it.
; The program is for 64 bits, too. This line says Unicode as well.
Target amd64-unicode
SetCompressor /SOLID lzma
; The program is in it twice: far enough back to be packed once.
SetCompressorDictSize 64
RequestExecutionLevel user
ManifestDPIAware true

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Centerpost"
!define CLASSES "Software\Classes"

Name "Centerpost"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Centerpost"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "Centerpost ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Centerpost"
VIAddVersionKey "FileDescription" "Installs Centerpost"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT or Apache-2.0"

!define MUI_ICON "assets\icon\centerpost.ico"
!define MUI_UNICON "assets\icon\centerpost.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\centerpost.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "Centerpost"
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Centerpost.lnk" "$INSTDIR\centerpost.exe"

  ; "Open with" for files that it reads. None of them is taken from the program that opens it now.
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe" "FriendlyAppName" "Centerpost"
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe\shell\open\command" "" '"$INSTDIR\centerpost.exe" open "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe\SupportedTypes" ".json" ""
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe\SupportedTypes" ".har" ""
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe\SupportedTypes" ".http" ""
  WriteRegStr HKCU "${CLASSES}\Applications\centerpost.exe\SupportedTypes" ".zip" ""
  WriteRegStr HKCU "${CLASSES}\Centerpost.File" "" "Centerpost file"
  WriteRegStr HKCU "${CLASSES}\Centerpost.File\DefaultIcon" "" "$INSTDIR\centerpost.exe,0"
  WriteRegStr HKCU "${CLASSES}\Centerpost.File\shell\open\command" "" '"$INSTDIR\centerpost.exe" open "%1"'
  WriteRegStr HKCU "${CLASSES}\.json\OpenWithProgids" "Centerpost.File" ""
  WriteRegStr HKCU "${CLASSES}\.har\OpenWithProgids" "Centerpost.File" ""
  WriteRegStr HKCU "${CLASSES}\.http\OpenWithProgids" "Centerpost.File" ""

  ; centerpost:// links open a draft and never send.
  WriteRegStr HKCU "${CLASSES}\centerpost" "" "URL:Centerpost draft"
  WriteRegStr HKCU "${CLASSES}\centerpost" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\centerpost\DefaultIcon" "" "$INSTDIR\centerpost.exe,0"
  WriteRegStr HKCU "${CLASSES}\centerpost\shell\open\command" "" '"$INSTDIR\centerpost.exe" open "%1"'

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Centerpost"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Centerpost contributors"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\centerpost.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  ; Quietly, and by default, what the user has made stays.
  MessageBox MB_YESNO|MB_DEFBUTTON2 "Delete your profiles, settings and history, too?$\r$\n$\r$\nAPI keys in the Windows Credential Manager stay." /SD IDNO IDNO keep
    RMDir /r "$APPDATA\Centerpost"
    RMDir /r "$LOCALAPPDATA\Centerpost"
  keep:
  !include "${INSTALLED}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR\docs"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Centerpost.lnk"
  DeleteRegKey HKCU "${CLASSES}\Applications\centerpost.exe"
  DeleteRegKey HKCU "${CLASSES}\Centerpost.File"
  DeleteRegValue HKCU "${CLASSES}\.json\OpenWithProgids" "Centerpost.File"
  DeleteRegValue HKCU "${CLASSES}\.har\OpenWithProgids" "Centerpost.File"
  DeleteRegValue HKCU "${CLASSES}\.http\OpenWithProgids" "Centerpost.File"
  DeleteRegKey HKCU "${CLASSES}\centerpost"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
