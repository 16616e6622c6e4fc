package match

// Version counts up with every change by which equal components and advisories
// get other keys or findings. Whoever stores those makes them anew when it
// differs.
const Version = 2
