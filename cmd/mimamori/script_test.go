package main

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mimamori/internal/auth"
	"mimamori/internal/render"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // tamper changes a database behind the program's back
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mimamori": main})
}

// TestScript runs the whole-program stories. Each is one file with its inputs;
// beside the ordinary commands of testscript they use the ones below.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "capture": capture, "hostile": hostile, "tamper": tamper, "password": password,
		},
		Condition: func(name string) (bool, error) {
			if name != "fonts" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			_, err := render.New(render.Fonts())
			return err == nil, nil // without them the program refuses to draw PDFs, which is a story of its own
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("MIMAMORI_DATA", env.WorkDir+"/data")
			return nil
		},
	})
}

// exits CODE PROGRAM ARG... runs a program and wants exactly that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = ended.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// capture NAME PATTERN sets a variable to what the first group of the pattern
// matches in the standard output of the last program.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// hostile KIND FILE writes a file that is meant to do harm: "nested" is JSON a
// hundred thousand levels deep, "spaces" a long run of blanks, "bomb" a ZIP
// archive that unpacks to a thousand times its size, "encoding" is UTF-16.
func hostile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hostile KIND FILE")
	}
	const start = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":`
	var content []byte
	switch args[0] {
	case "nested":
		content = []byte(start + strings.Repeat("[", 100_000))
	case "spaces":
		content = append([]byte(start), bytes.Repeat([]byte(" "), 80<<20)...)
	case "encoding":
		for _, b := range []byte(start + "[]}") {
			content = append(content, b, 0)
		}
	case "bomb":
		content = bomb(ts)
	default:
		ts.Fatalf("unknown kind %q", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o600))
}

func bomb(ts *testscript.TestScript) []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	member, err := archive.Create("bom.json")
	ts.Check(err)
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, err = member.Write(zeros)
		ts.Check(err)
	}
	ts.Check(archive.Close())
	return out.Bytes()
}

// tamper FILE SQL changes an SQLite database without the program, as somebody
// with access to the disk could.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tamper FILE SQL")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(args[1])
	ts.Check(errors.Join(err, db.Close()))
}

// password FILE EMAIL TEXT gives a person a password, as answering the one-time
// link on the page does, and the later commands it to sign with.
func password(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: password FILE EMAIL TEXT")
	}
	hash, err := auth.NewPasswords().Hash(args[2])
	ts.Check(err)
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec("UPDATE users SET password_hash = ? WHERE email = ?", hash, args[1])
	ts.Check(errors.Join(err, db.Close()))
	ts.Setenv("MIMAMORI_PASSWORD", args[2])
}
