package wake

// Answer is what a system knows about itself.
type Answer int

// Answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// Power is what work costs now.
type Power struct {
	Battery Answer // the computer runs on battery
	Metered Answer // the network costs by volume
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// fromACLine reads SYSTEM_POWER_STATUS.ACLineStatus: 0 is offline, 1 online.
func fromACLine(status byte) Answer {
	if status > 1 {
		return Unknown
	}
	return answer(status == 0)
}
