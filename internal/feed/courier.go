package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// Courier brings what lies at the addresses of feeds into a folder of this
// computer. It takes one order of a feed at a time.
type Courier struct {
	Dir   string            // for what is fetched; each feed has a folder of its own below
	Named map[string]string // folders that may be read: name → path
	Agent string            // sent as User-Agent
	// NVDKey is the key of the NVD API, or "". It is sent to the address of the feed only and never told.
	NVDKey string
	Now    func() time.Time

	// New makes what downloads; nil: NewFetcher.
	New func(agent string) *Fetcher
}

// known is what a courier remembers of the last good delivery.
type known struct {
	Fetched
	Listing string    `json:"listing,omitempty"` // digest of the names, sizes and times of a folder
	Made    time.Time `json:"made,omitzero"`     // of the bundle that was taken over
	Until   time.Time `json:"until,omitzero"`    // up to when changes of the NVD were asked for
}

// Folders are the names of the folders that may be read, sorted.
func (c *Courier) Folders() []string { return slices.Sorted(maps.Keys(c.Named)) }

// IsKey tells whether a text is a public key of a bundle.
func (c *Courier) IsKey(text string) bool {
	_, err := note.NewVerifier(strings.TrimSpace(text))
	return err == nil
}

// Deliver fetches what is new at the address of an order. What broke off is
// taken up again by the next call for the same feed.
func (c *Courier) Deliver(ctx context.Context, o app.FeedOrder, tell func(bytes int64)) (app.Delivery, error) {
	var last known
	if len(o.Known) > 0 {
		if err := json.Unmarshal(o.Known, &last); err != nil {
			last = known{} // of another version: everything is fetched
		}
	}
	dir := filepath.Join(c.Dir, o.Feed)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return app.Delivery{}, fmt.Errorf("fetching: %w", err)
	}
	d := app.Delivery{Whole: o.Whole, Folder: dir + string(filepath.Separator), Remove: func() { _ = os.RemoveAll(dir) }} // the next run begins anew
	var err error
	switch {
	case strings.HasPrefix(o.Address, "folder:"):
		err = c.fromFolder(o, &last, &d)
	case app.IsNVDAPI(o.Kind, o.Address):
		err = c.fromNVD(ctx, o, dir, &last, &d, tell)
	default:
		err = c.fromAddress(ctx, o, dir, &last, &d, tell)
	}
	if err == nil && len(o.Trust) > 0 {
		if d.AsOfAt = last.Made; !d.Unchanged {
			err = unbundle(o, dir, &last, &d)
		}
	}
	if err != nil {
		return app.Delivery{}, err
	}
	d.Known, err = json.Marshal(last)
	return d, err
}

func (c *Courier) fetcher(tell func(bytes int64)) *Fetcher {
	fresh := c.New
	if fresh == nil {
		fresh = NewFetcher
	}
	f := fresh(c.Agent)
	f.Received = tell
	return f
}

func (c *Courier) fromAddress(ctx context.Context, o app.FeedOrder, dir string, last *known, d *app.Delivery, tell func(bytes int64)) error {
	u, err := url.Parse(o.Address)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%.200q is no address", o.Address)
	}
	name := path.Base(u.Path)
	if !filepath.IsLocal(name) || name == "." {
		name = "data"
	}
	to := filepath.Join(dir, name)
	f := c.fetcher(tell)
	defer f.Close()
	now, changed, err := f.Fetch(ctx, o.Address, to, last.Fetched)
	if err != nil {
		return err
	}
	d.Path, d.SHA256, d.Bytes = to, now.SHA256, now.Bytes
	if !changed || now.SHA256 == last.SHA256 { // a server without validators sends the same file again
		d.Unchanged, d.Path = true, ""
	}
	last.Fetched = now
	return nil
}

// fromFolder reads a named folder where it lies.
func (c *Courier) fromFolder(o app.FeedOrder, last *known, d *app.Delivery) error {
	name, below, _ := strings.Cut(strings.TrimPrefix(o.Address, "folder:"), "/")
	root, ok := c.Named[name]
	if !ok {
		return fault.New(fault.Invalid, "there is no folder %q on this server: name it when the server is started, with --feed-folder %s=PATH", name, name)
	}
	if below != "" && !filepath.IsLocal(filepath.FromSlash(below)) {
		return fault.New(fault.Invalid, "%q is no path below the folder: write it with slashes and without \"..\"", below)
	}
	at := filepath.Join(root, filepath.FromSlash(below))
	real, err := filepath.EvalSymlinks(at)
	if err != nil {
		return fault.New(fault.Invalid, "%s: there is no such file or folder on the server: copy the data there", o.Address)
	}
	inside, err := filepath.EvalSymlinks(root)
	if rel, relErr := filepath.Rel(inside, real); err != nil || relErr != nil || !filepath.IsLocal(rel) {
		return fault.New(fault.Invalid, "%s: leads out of the folder: put the data itself there", o.Address)
	}
	listing, bytes, newest, err := listFolder(real)
	if err != nil {
		return err
	}
	// Data that somebody carries here are as fresh as when they were last carried, however often they are looked at.
	if d.AsOfAt = newest; newest.After(c.Now()) {
		d.AsOfAt = c.Now().UTC()
	}
	d.Path, d.Folder, d.Bytes = real, inside+string(filepath.Separator), bytes
	if listing == last.Listing {
		d.Unchanged, d.Path = true, ""
	}
	last.Listing = listing
	return nil
}

// listFolder is a digest of the names, sizes and times of the files at root,
// how many bytes they have and when the newest one was written.
func listFolder(root string) (digest string, bytes int64, newest time.Time, err error) {
	sum, files := sha256.New(), 0
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", filepath.Base(name))
		}
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", filepath.Base(name))
		}
		if files++; files > maxFiles {
			return fault.New(fault.Invalid, "%s: more than %d files: import it in parts", filepath.Base(root), maxFiles)
		}
		bytes += info.Size()
		if info.ModTime().After(newest) {
			newest = info.ModTime().UTC()
		}
		relative, err := filepath.Rel(root, name)
		_, _ = fmt.Fprintf(sum, "%q %d %d\n", relative, info.Size(), info.ModTime().UnixNano()) // a hash takes everything
		return err
	})
	if err == nil && files == 0 {
		err = fault.New(fault.Invalid, "%s: the folder has no file: copy the data there", filepath.Base(root))
	}
	return hex.EncodeToString(sum.Sum(nil)), bytes, newest, err
}

// unbundle checks the bundle that was delivered, the newest one where a folder
// has several, and unpacks it. A bundle that is not newer than the one taken
// over last is nothing new.
func unbundle(o app.FeedOrder, dir string, last *known, d *app.Delivery) error {
	trusted, err := verifiers(o.Trust)
	if err != nil {
		return err
	}
	name, made, err := newestBundle(d.Path, trusted)
	if err != nil {
		return err
	}
	if !made.After(last.Made) {
		d.Unchanged, d.Path = true, ""
		return nil
	}
	into := filepath.Join(dir, "bundle")
	if err := os.RemoveAll(into); err != nil {
		return fmt.Errorf("unpacking the bundle: %w", err)
	}
	if err := os.MkdirAll(into, 0o700); err != nil {
		return fmt.Errorf("unpacking the bundle: %w", err)
	}
	m, err := unpackAt(name, trusted, into)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(m.Files, func(b Bundled) bool { return b.Kind == advisory.Kind(o.Kind) }) {
		return fault.New(fault.Invalid, "%s: the bundle holds nothing of the kind %s: bundle it too, or change the feed", filepath.Base(name), o.Kind)
	}
	d.Path, d.Folder, d.AsOfAt = filepath.Join(into, o.Kind), into+string(filepath.Separator), m.Made
	last.Made = m.Made
	return nil
}

// newestBundle returns the bundle at root, a file or a folder of them, that was
// made last. Every one must be signed by a key that is trusted.
func newestBundle(root string, trusted note.Verifiers) (name string, made time.Time, err error) {
	err = filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || at != root && !isArchive(at) {
			return err
		}
		file, err := os.Open(at) //nolint:gosec // it lies in the folder of the feed
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s: cannot be opened", filepath.Base(at))
		}
		defer func() { _ = file.Close() }() // only read from
		m, err := ReadManifest(file, filepath.Base(at), trusted)
		if err == nil && m.Made.After(made) {
			name, made = at, m.Made
		}
		return err
	})
	if err == nil && name == "" {
		err = fault.New(fault.Invalid, "%s: holds no bundle (.tar.gz): copy one there", filepath.Base(root))
	}
	return name, made, err
}

// header is one header of a request.
func header(name, value string) http.Header {
	if value == "" {
		return nil
	}
	h := http.Header{}
	h.Set(name, value) // the spelling by which it is found again
	return h
}
