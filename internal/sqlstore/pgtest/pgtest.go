// Package pgtest starts a throw-away PostgreSQL for tests.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// cluster is a throw-away PostgreSQL, started once for the test binary.
type cluster struct {
	address string // of its database "postgres"; "" when there is none
	why     string // why there is none
	dir     string
	bin     string
	as      *syscall.SysProcAttr
}

var postgres = sync.OnceValue(startPostgres)

var running *cluster

// startPostgres starts a cluster in a temporary directory on a free port of
// the loopback, without waiting for the disk.
func startPostgres() *cluster {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if path, err := exec.LookPath("initdb"); err == nil {
			found = []string{path}
		}
	}
	if len(found) == 0 {
		return &cluster{why: "PostgreSQL is not installed: apt-get install postgresql"}
	}
	c := &cluster{bin: filepath.Dir(found[len(found)-1])}
	var err error
	if c.dir, err = os.MkdirTemp("", "mimamori-pg-"); err != nil {
		return &cluster{why: err.Error()}
	}
	running = c
	if os.Geteuid() == 0 { // initdb refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return &cluster{why: "running as root, and there is no user postgres to run PostgreSQL as"}
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // ids of the system
		if err := os.Chown(c.dir, uid, gid); err != nil {
			return &cluster{why: err.Error()}
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return &cluster{why: err.Error()}
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close() // only its number was wanted
	data := filepath.Join(c.dir, "data")
	// A locale that does not sort by bytes shows what depends on it.
	if out, err := c.run("initdb", "-D", data, "-U", "test", "--auth=trust", "-E", "UTF8", "--locale-provider=icu", "--icu-locale=ja", "--locale=C.UTF-8", "-N"); err != nil {
		return &cluster{why: fmt.Sprintf("initdb: %v\n%s", err, out)}
	}
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off -c full_page_writes=off", port, c.dir)
	if out, err := c.run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(c.dir, "log"), "-o", options, "start"); err != nil {
		return &cluster{why: fmt.Sprintf("pg_ctl start: %v\n%s", err, out)}
	}
	c.address = fmt.Sprintf("postgres://test@127.0.0.1:%d/postgres?sslmode=disable", port)
	return c
}

func (c *cluster) run(name string, args ...string) (string, error) {
	command := exec.CommandContext(context.Background(), filepath.Join(c.bin, name), args...) //nolint:gosec // names are written above
	command.SysProcAttr = c.as
	command.Dir = c.dir
	out, err := os.Create(filepath.Join(c.dir, name+".out")) //nolint:gosec // its own folder; a pipe would stay open in the server
	if err != nil {
		return "", err
	}
	command.Stdout, command.Stderr = out, out
	err = command.Run()
	_ = out.Close() // read again below
	text, _ := os.ReadFile(out.Name())
	return string(text), err
}

// Stop stops what Address started; call it at the end of TestMain.
func Stop() {
	if running == nil {
		return
	}
	_, _ = running.run("pg_ctl", "-D", filepath.Join(running.dir, "data"), "-m", "immediate", "-w", "stop") // the directory goes anyway
	_ = os.RemoveAll(running.dir)
}

var databases struct {
	sync.Mutex
	n int
}

// Address makes an empty database and returns its address. The test is skipped
// where PostgreSQL is not installed.
func Address(t testing.TB) string {
	t.Helper()
	c := postgres()
	if c.address == "" {
		t.Skip("not tested on PostgreSQL: " + c.why)
	}
	databases.Lock()
	databases.n++
	name := "t" + strconv.Itoa(databases.n)
	databases.Unlock()
	db, err := sql.Open("pgx", c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it only creates a database
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(c.address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
