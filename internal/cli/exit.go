package cli

import "fmt"

// ExitCode is an error that only sets the code the program ends with; what
// there was to say has been printed.
type ExitCode int

// The exit codes, listed in "mimamori help exit".
const (
	ExitDone        ExitCode = 0 // done
	ExitFailed      ExitCode = 1 // failed
	ExitUsage       ExitCode = 2 // wrong flags or arguments
	ExitNeedsAction ExitCode = 3 // done, and something needs action
)

func (c ExitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }
