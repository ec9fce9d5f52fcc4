package assets

import (
	"bytes"
	"encoding/binary"
	"image/png"
)

// ICO is a state's icon in all its sizes as one Windows icon file, or nothing
// for another name.
func ICO(name string, dark bool) []byte {
	var pictures [][]byte
	for _, size := range Sizes() {
		if picture := Icon(name, dark, size); picture != nil {
			pictures = append(pictures, picture)
		}
	}
	return ico(pictures)
}

// AppICO is the program's own icon as one Windows icon file, up to 256 pixels,
// which is the format's limit.
func AppICO() []byte {
	var pictures [][]byte
	for _, size := range AppSizes() {
		if size <= 256 {
			pictures = append(pictures, App(size))
		}
	}
	return ico(pictures)
}

// ico puts PNG pictures behind an ICO header, as Windows reads them since
// Vista: ICONDIR (6 bytes), one ICONDIRENTRY (16 bytes) a picture, pictures.
// https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
func ico(pictures [][]byte) []byte {
	if len(pictures) == 0 {
		return nil
	}
	const isIcon, headerSize, entrySize, planes, bitsPerPixel = 1, 6, 16, 1, 32
	var header, body bytes.Buffer
	put := func(values ...any) {
		for _, value := range values {
			_ = binary.Write(&header, binary.LittleEndian, value) // a buffer takes all
		}
	}
	put(uint16(0), uint16(isIcon), uint16(len(pictures)))
	for _, picture := range pictures {
		config, err := png.DecodeConfig(bytes.NewReader(picture))
		if err != nil {
			return nil
		}
		offset := headerSize + entrySize*len(pictures) + body.Len()
		put(uint8(config.Width), uint8(config.Height), uint8(0), uint8(0)) // 256 is written as 0
		put(uint16(planes), uint16(bitsPerPixel), uint32(len(picture)), uint32(offset))
		body.Write(picture)
	}
	return append(header.Bytes(), body.Bytes()...)
}
