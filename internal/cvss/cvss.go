// Package cvss has base scores of CVSS vectors and their bands.
package cvss

import (
	"fmt"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// Band is the qualitative severity of a score (CVSS 3.1, section 5).
type Band string

// The bands. Unknown is no band: nobody gave a readable score.
const (
	Unknown  Band = ""
	None     Band = "none"
	Low      Band = "low"
	Medium   Band = "medium"
	High     Band = "high"
	Critical Band = "critical"
)

// order has the bands from no knowledge to the gravest.
var order = []Band{Unknown, None, Low, Medium, High, Critical}

// Max returns the graver of two bands.
func Max(a, b Band) Band {
	for i := len(order) - 1; i >= 0; i-- {
		if order[i] == a || order[i] == b {
			return order[i]
		}
	}
	return Unknown
}

// BandOf returns the band of a score from 0 to 10.
func BandOf(score float64) Band {
	switch {
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	default:
		return None
	}
}

// Score returns the base score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0; for
// 4.0 the score of the metrics that the vector gives.
func Score(vector string) (float64, error) {
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		v, err := gocvss40.ParseVector(vector)
		if err != nil {
			return 0, fmt.Errorf("CVSS vector %.80q: %w", vector, err)
		}
		return v.Score(), nil
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		v, err := gocvss31.ParseVector(vector)
		if err != nil {
			return 0, fmt.Errorf("CVSS vector %.80q: %w", vector, err)
		}
		return v.BaseScore(), nil
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		v, err := gocvss30.ParseVector(vector)
		if err != nil {
			return 0, fmt.Errorf("CVSS vector %.80q: %w", vector, err)
		}
		return v.BaseScore(), nil
	default:
		// The library is strict about the later metrics, which the base score
		// does not need and publishers order as they like.
		const baseMetrics = 6
		metrics := strings.Split(strings.Trim(vector, "()"), "/")
		v, err := gocvss20.ParseVector(strings.Join(metrics[:min(len(metrics), baseMetrics)], "/"))
		if err != nil {
			return 0, fmt.Errorf("CVSS vector %.80q: %w", vector, err)
		}
		return v.BaseScore() + 0, nil // + 0 turns the library's -0 into 0
	}
}
