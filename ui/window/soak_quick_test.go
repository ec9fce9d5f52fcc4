//go:build !long

package window_test

// soakPictures is how many pictures are shown.
const soakPictures = 300
