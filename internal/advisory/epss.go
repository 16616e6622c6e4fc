package advisory

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"path"
	"regexp"
	"strconv"
	"strings"

	"mimamori/internal/caldate"
	"mimamori/internal/fault"
	"mimamori/internal/untrusted"
)

// EPSSScore is how likely it is, by the model of FIRST, that a CVE is exploited
// in the 30 days after the day of the score. Scores of different models do not
// compare; a CVE without a score is unknown, not unlikely.
type EPSSScore struct {
	CVE         string
	Probability float64      // in [0, 1]
	Percentile  float64      // in [0, 1]: the part of all scored CVEs at or below
	ScoredOn    caldate.Date // zero when neither the file nor its name tells it
	Model       string       // "v2023.03.01"; empty when the file does not tell it
}

var (
	epssComment = regexp.MustCompile(`^#\s*model_version:([^,\s]+),\s*score_date:(\d{4}-\d{2}-\d{2})`)
	dayInName   = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
)

// EPSS yields the scores of r: the daily CSV file, or an answer of the API. The
// day comes from the file's first line, or else from its name.
//
// A row that cannot be read is yielded as an error with its line and the rest
// goes on, up to untrusted.MaxBroken of them. A file without any score yields
// an error.
func EPSS(r io.Reader, name string) iter.Seq2[EPSSScore, error] {
	return func(yield func(EPSSScore, error) bool) {
		in := bufio.NewReader(r)
		day, _ := caldate.Parse(dayInName.FindString(path.Base(name))) // without a day the file has to tell it
		e := &epssReader{name: name, day: day}
		e.yield = func(s EPSSScore, err error) bool {
			if err != nil {
				e.broken++
			}
			e.count++
			switch {
			case e.broken > untrusted.MaxBroken:
				yield(EPSSScore{}, fault.New(fault.Invalid, "%s: more than %d broken rows: the rest was not read; check that it is the right file", name, untrusted.MaxBroken))
				e.stopped = true
			default:
				e.stopped = !yield(s, err)
			}
			return !e.stopped
		}
		first, _ := in.Peek(1) // the reading below tells what is wrong with an empty input
		if bytes.Equal(first, []byte("{")) {
			e.api(in)
		} else {
			e.csv(in)
		}
		if e.count == 0 && !e.stopped {
			yield(EPSSScore{}, fault.New(fault.Invalid, "%s: holds no EPSS score", name))
		}
	}
}

type epssReader struct {
	name    string
	day     caldate.Date
	model   string
	yield   func(EPSSScore, error) bool
	count   int
	broken  int
	stopped bool
}

func (e *epssReader) csv(in *bufio.Reader) {
	line := 1
	if first, _ := in.Peek(1); bytes.Equal(first, []byte("#")) {
		comment, err := in.ReadSlice('\n')
		if err != nil {
			e.yield(EPSSScore{}, fault.New(fault.Invalid, "%s: line 1 is longer than any of an EPSS file, or the file ends there", e.name))
			return
		}
		if m := epssComment.FindSubmatch(comment); m != nil {
			e.model = string(m[1])
			if day, err := caldate.Parse(string(m[2])); err == nil {
				e.day = day
			}
		}
		line++
	}
	rows := csv.NewReader(&lineLimit{r: in})
	rows.ReuseRecord, rows.FieldsPerRecord = true, -1
	header, err := rows.Read()
	if err != nil || len(header) < 2 || header[0] != "cve" || header[1] != "epss" {
		e.yield(EPSSScore{}, fault.New(fault.Invalid, "%s: is not an EPSS file: line %d is not \"cve,epss,percentile\"", e.name, line))
		return
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				err = fault.Wrap(fault.Invalid, err, "%s: cannot be read any further: it may be cut off", e.name)
			}
			e.yield(EPSSScore{}, err)
			return
		}
		at, _ := rows.FieldPos(0)
		percentile := ""
		if len(row) > 2 {
			percentile = row[2]
		}
		probability := ""
		if len(row) > 1 {
			probability = row[1]
		}
		if !e.row("line "+strconv.Itoa(at+line-1), row[0], probability, percentile, e.day) {
			return
		}
	}
}

// row passes one score on.
func (e *epssReader) row(where, cve, probability, percentile string, day caldate.Date) bool {
	p, err := strconv.ParseFloat(probability, 64)
	q, errPercentile := strconv.ParseFloat(percentile, 64)
	if percentile == "" {
		errPercentile = nil
	}
	if !cvePattern.MatchString(cve) || err != nil || errPercentile != nil || !(p >= 0 && p <= 1 && q >= 0 && q <= 1) { // also true of NaN
		return e.yield(EPSSScore{}, fault.New(fault.Invalid, "%s: %s: left out: CVE id %.40q, probability %.40q, percentile %.40q (want numbers from 0 to 1)", e.name, where, cve, probability, percentile))
	}
	return e.yield(EPSSScore{CVE: strings.Clone(cve), Probability: p, Percentile: q, ScoredOn: day, Model: e.model}, nil)
}

func (e *epssReader) api(in io.Reader) {
	for record, err := range untrusted.Elements(in, e.name, "data") {
		var row struct {
			CVE        string `json:"cve"`
			EPSS       string `json:"epss"`
			Percentile string `json:"percentile"`
			Date       string `json:"date"`
		}
		if err == nil {
			err = untrusted.DecodeJSON(record.Data, record.Name, &row)
		}
		if err != nil {
			if !e.yield(EPSSScore{}, err) {
				return
			}
			continue
		}
		day := e.day
		if stated, err := caldate.Parse(row.Date); err == nil {
			day = stated
		}
		if !e.row(strings.TrimPrefix(record.Name, e.name), row.CVE, row.EPSS, row.Percentile, day) {
			return
		}
	}
}

// maxEPSSLine is far above any line of an EPSS file.
const maxEPSSLine = 4 << 10

// lineLimit fails on a line that is too long to be a row, which a CSV reader
// would take whole.
type lineLimit struct {
	r      io.Reader
	length int
}

func (l *lineLimit) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	rest := p[:n]
	for len(rest) > 0 {
		at := bytes.IndexByte(rest, '\n')
		if at < 0 {
			l.length += len(rest)
			break
		}
		if l.length+at > maxEPSSLine {
			break
		}
		l.length, rest = 0, rest[at+1:]
	}
	if l.length > maxEPSSLine {
		return 0, errors.New("a line is longer than 4 KiB")
	}
	return n, err
}
