package advisory

import (
	"iter"
	"runtime"

	"mimamori/internal/untrusted"
)

// batchBytes and batchRecords limit what one goroutine parses at a time.
const (
	batchBytes   = 256 << 10
	batchRecords = 256
)

// batch is some records in their order, on their way through parse.
type batch struct {
	records []untrusted.Record
	errs    []error // of reading; parse adds its own
	found   [][]Advisory
	panic   any // of parse, for the goroutine that reads
	done    chan struct{}
}

func (b *batch) parse(parse func(data []byte, name string) ([]Advisory, error)) {
	defer close(b.done)
	defer func() { b.panic = recover() }()
	b.found = make([][]Advisory, len(b.records))
	for i, r := range b.records {
		if b.errs[i] == nil {
			b.found[i], b.errs[i] = parse(r.Data, r.Name)
		}
		b.records[i].Data = nil // the advisories have it
	}
}

// inParallel parses records on all cores and yields what came of each in their
// order. Only some batches are held. Nothing is read from in after the end.
func inParallel(in iter.Seq2[untrusted.Record, error], parse func(data []byte, name string) ([]Advisory, error)) iter.Seq2[[]Advisory, error] {
	return func(yield func([]Advisory, error) bool) {
		cores := runtime.GOMAXPROCS(0)
		todo, inOrder, stop := make(chan *batch), make(chan *batch, cores), make(chan struct{})
		for range cores {
			go func() {
				for b := range todo {
					b.parse(parse)
				}
			}()
		}
		go func() {
			defer close(inOrder)
			defer close(todo)
			batches(in, func(b *batch) bool {
				select {
				case inOrder <- b:
					todo <- b
					return true
				case <-stop:
					return false
				}
			})
		}()
		defer func() {
			close(stop)
			for b := range inOrder { // until the reading has ended
				<-b.done
			}
		}()
		for b := range inOrder {
			if <-b.done; b.panic != nil {
				panic(b.panic)
			}
			for i, list := range b.found {
				if !yield(list, b.errs[i]) {
					return
				}
			}
		}
	}
}

// batches cuts the records into batches, until send returns false.
func batches(in iter.Seq2[untrusted.Record, error], send func(*batch) bool) {
	var b *batch
	bytes := 0
	for r, err := range in {
		if b == nil {
			b, bytes = &batch{done: make(chan struct{})}, 0
		}
		b.records, b.errs = append(b.records, r), append(b.errs, err)
		if bytes += len(r.Data); bytes < batchBytes && len(b.records) < batchRecords {
			continue
		}
		if !send(b) {
			return
		}
		b = nil
	}
	if b != nil {
		send(b)
	}
}
