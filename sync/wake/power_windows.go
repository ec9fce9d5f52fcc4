package wake

import (
	"context"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Run has nobody to listen to; a Watch notices sleep.
func Run(context.Context, func(Reason)) error { return ErrNone }

var getSystemPowerStatus = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemPowerStatus")

// systemPowerStatus is SYSTEM_POWER_STATUS (winbase.h).
type systemPowerStatus struct {
	acLine, batteryFlag, batteryPercent, systemFlag byte
	lifeTime, fullLifeTime                          uint32
}

// PowerNow knows the battery; what a network costs stays unknown.
func PowerNow(context.Context) Power {
	var status systemPowerStatus
	if ok, _, _ := getSystemPowerStatus.Call(uintptr(unsafe.Pointer(&status))); ok == 0 {
		return Power{}
	}
	return Power{Battery: fromACLine(status.acLine)}
}
