package main

import (
	"os"
	"runtime/debug"
)

// memoryLimit is when the collector begins to work harder, in bytes. Without
// it the heap of an upload of 300,000 components grows to twice what is in use
// before anything is collected; 800 MB are asked for, and the databases' caches
// stand beside the heap.
const memoryLimit = 560 << 20

// limitMemory sets the limit, unless GOMEMLIMIT says another one.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
