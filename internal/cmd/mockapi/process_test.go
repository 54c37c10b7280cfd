// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var binaries string

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaries, "mockapi.exe")

	command := exec.Command("go", "build", "-o", path, ".")
	if out, err := command.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}

	return path, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mockapi")
	if err != nil {
		panic(err)
	}

	binaries = dir
	code := m.Run()
	_ = os.RemoveAll(dir)

	os.Exit(code)
}

// process is a running command.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	stderr bytes.Buffer
}

func launch(t *testing.T, args ...string) *process {
	t.Helper()

	path, err := build()
	if err != nil {
		t.Fatal(err)
	}

	p := &process{t: t, cmd: exec.CommandContext(t.Context(), path,
		append([]string{"-listen", "127.0.0.1:0"}, args...)...)}
	p.cmd.Stderr = &p.stderr

	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}

	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("no output on standard output: %v; %s", err, &p.stderr)
	}

	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatalf("the line is %q", line)
	}

	p.url = url

	return p
}

func (p *process) get(path, key string) (status int, body string) {
	p.t.Helper()

	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}

	r.Header.Set("Authorization", "Bearer "+key)

	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

	response, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}

	defer func() { _ = response.Body.Close() }()

	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}

	return response.StatusCode, string(text)
}

func (p *process) end(signal os.Signal) {
	p.t.Helper()

	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}

	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the command exited with %v: %s", err, &p.stderr)
	}
}

func TestProcess_Signals(t *testing.T) {
	t.Parallel()

	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()

			p := launch(t, "-log", "-api-key", "fw-secret", "-checkpoints", "7")
			if status, _ := p.get("/v1/accounts", "fw-wrong"); status != http.StatusUnauthorized {
				t.Errorf("status %d with a wrong key", status)
			}

			_, body := p.get("/v1/accounts/demo/rlorTrainerJobs/big-run/checkpoints", "fw-secret")
			if !strings.Contains(body, `"totalSize":7`) {
				t.Errorf("got %s", body)
			}

			p.end(signal)

			lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n")
			if len(lines) != 2 {
				t.Fatalf("got %d log lines, want 2: %s", len(lines), &p.stderr)
			}

			if strings.Contains(p.stderr.String(), "fw-") {
				t.Errorf("the log contains a key: %s", &p.stderr)
			}

			for _, line := range lines {
				if !json.Valid([]byte(line)) {
					t.Errorf("not JSON: %s", line)
				}
			}
		})
	}
}

func TestProcess_Files(t *testing.T) {
	t.Parallel()

	p := launch(t, "-emit-unpopulated",
		"-seed", write(t, "fixtures.json", `{"accounts":["me"],"jobs":[{"name":"big-run","generated_checkpoints":3}]}`),
		"-faults", write(t, "faults.json", `[{"path":"/v1/accounts","times":1,"kind":"status","status":429}]`))
	if status, _ := p.get("/v1/accounts", "k"); status != http.StatusTooManyRequests {
		t.Errorf("the first status is %d", status)
	}

	if _, body := p.get("/v1/accounts", "k"); !strings.Contains(body, "accounts/me") {
		t.Errorf("got %s", body)
	}

	_, body := p.get("/v1/accounts/me/rlorTrainerJobs/big-run/checkpoints", "k")
	for _, want := range []string{`"totalSize":3`, `"promotable":false`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}

	p.end(syscall.SIGTERM)

	if p.stderr.Len() > 0 {
		t.Errorf("without -log: %s", &p.stderr)
	}
}

func TestProcess_ExitsDuringRequest(t *testing.T) {
	t.Parallel()

	p := launch(t, "-promotion-time", "1h")
	body := `{"output_model":"accounts/demo/models/m","trainer_job_id":"accounts/demo/rlorTrainerJobs/sft-qwen3-8b",` +
		`"base_model":"accounts/fireworks/models/qwen3-8b"}`

	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		p.url+"/v1/accounts/demo/checkpoints/step-200-5e6f7a8b:promote", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}

	r.Header.Set("X-Api-Key", "k")

	done := make(chan struct{})
	go func() {
		defer close(done)

		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if response, err := client.Do(r); err == nil {
			_ = response.Body.Close()
		}
	}()

	for found := false; !found; {
		status, _ := p.get("/v1/accounts/demo/models/m", "k")
		found = status == http.StatusOK
	}

	p.end(os.Interrupt)
	<-done
}
