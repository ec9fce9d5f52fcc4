//go:build linux && long

package tray

const soakPictures = 10_000
