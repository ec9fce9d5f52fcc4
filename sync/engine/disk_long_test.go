//go:build long && linux && (amd64 || arm64)

package engine_test

func init() { diskSteps, damageShare = 1, 1 }
