//go:build linux && !long

package tray

const soakPictures = 500
