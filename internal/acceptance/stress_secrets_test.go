// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// The canaries have characters that each encoding changes, and beginnings that are found even when the rest is cut off.
const (
	canaryKey    = "fw_C4n4ryOfTheKey+7Q/w%9~zT3&x"
	canaryHeader = `hdrC4n4ryOfTheHeader 5"<y>'\+/%41 end`
)

// canaryForms are the spellings in which a canary may turn up.
func canaryForms(canary string) map[string]string {
	quoted, _ := json.Marshal(canary)

	forms := map[string]string{
		"as it is": canary, "its beginning": canary[:12], "its end": canary[len(canary)-12:],
		"as JSON": strings.Trim(string(quoted), `"`),
		"quoted":  strings.Trim(strconv.Quote(canary), `"`), "in a query": url.QueryEscape(canary), "in a path": url.PathEscape(canary),
		"as HTML": html.EscapeString(canary),
	}
	for shift := range 3 {
		// Whole groups of three bytes only: what comes before and after changes the others.
		padded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 3) + canary[shift:]))
		whole := (len(canary) - shift) / 3 * 4
		forms[fmt.Sprintf("in base64, from %d", shift)] = padded[4 : 4+whole]
		forms[fmt.Sprintf("in base64 for URLs, from %d", shift)] = strings.NewReplacer("+", "-", "/", "_").Replace(padded[4 : 4+whole])
	}

	return forms
}

// echo is every secret of a request in every spelling, as an unfriendly or careless server would send it back.
func echo(r *http.Request) string {
	var all []string

	for _, secret := range []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.Header.Get("X-Canary")} {
		if len(secret) < 12 {
			continue
		}

		for name, form := range canaryForms(secret) {
			if !strings.HasPrefix(name, "its ") {
				all = append(all, form)
			}
		}

		all = append(all, base64.StdEncoding.EncodeToString([]byte("Bearer "+secret)))
	}

	slices.Sort(all)

	return "echo: " + strings.Join(all, " | ")
}

// evidence is everything that was produced, searched byte by byte.
type evidence struct {
	t *testing.T
	// variablesStored means that plan files contain the values of variables, because Terraform itself stores them
	// there.
	variablesStored bool

	mu    sync.Mutex
	bytes int
	found map[string]bool
}

// search searches some output for the canaries.
func (e *evidence) search(what string, content []byte, canaries ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()

	e.bytes += len(content)

	for _, canary := range canaries {
		for form, text := range canaryForms(canary) {
			at := bytes.Index(content, []byte(text))
			if at < 0 || e.found[what+form+canary] {
				continue
			}

			e.found[what+form+canary] = true
			e.t.Errorf("%s shows %.6s…, %s: %q", what, canary, form, content[max(0, at-80):min(len(content), at+len(text)+40)])
		}
	}
}

// searchFiles searches a tree, and what is packed within its files: the private state within a state, the parts of a
// plan.
func (e *evidence) searchFiles(dir string) {
	tree := os.DirFS(dir)

	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}

		content, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}

		e.searchContent(file, content)

		return nil
	})
	if err != nil {
		e.t.Error(err)
	}
}

func (e *evidence) searchContent(name string, content []byte) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err == nil {
		for _, file := range archive.File {
			part, err := file.Open()
			if err != nil {
				e.t.Error(err)
				continue
			}

			unpacked, err := io.ReadAll(part)
			if err != nil {
				e.t.Error(err)
			}

			canaries := []string{canaryKey}
			if file.Name != "tfplan" || !e.variablesStored {
				canaries = append(canaries, canaryHeader)
			}

			e.search(name+"/"+file.Name, unpacked, canaries...)
		}

		return
	}

	e.search(name, content, canaryKey, canaryHeader)

	var state struct {
		Resources []struct {
			Instances []struct {
				Private []byte `json:"private"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if json.Unmarshal(content, &state) != nil {
		return
	}

	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			e.search(name+", private state", instance.Private, canaryKey, canaryHeader)
		}
	}
}

// searchProcesses searches the command lines of all processes of this machine, where it shows them.
func (e *evidence) searchProcesses() {
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, command := range commands {
		if line, err := os.ReadFile(command); err == nil {
			e.search("the command line of a process", line, canaryKey, canaryHeader)
		}
	}
}

// hostile is a platform that does something unfriendly to some requests.
type hostile struct {
	name string
	// do responds to a request, or returns false so that the platform does.
	do func(w http.ResponseWriter, r *http.Request) (handled bool)
	// change changes the body of a response of the platform.
	change func(r *http.Request, body []byte) []byte
	// only, if set, selects the requests to which it is unfriendly.
	only func(r *http.Request) bool
	// succeeds means that the apply must succeed nevertheless.
	succeeds bool
	// refused is set if the responses contain the API key as data, so that none of them may be used.
	refused bool
	// overTLS serves with an untrusted certificate.
	overTLS bool
	outcome mockapi.PromotionOutcome
}

func always(do http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool { do(w, r); return true }
}

// raw responds with bytes that need not be HTTP.
func raw(response func(r *http.Request) string) func(http.ResponseWriter, *http.Request) bool {
	return always(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}

		_, _ = io.WriteString(conn, response(r))
		_ = conn.Close()
	})
}

func quoteJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

func inOneLine(text string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(text) }

// hostiles are the ways in which a secret may come back.
func hostiles(elsewhere string) []hostile {
	all := []hostile{
		{name: "success", succeeds: true},
		{name: "success with echoes as data", refused: true, change: echoAsData},
		{name: "failed operation", change: echoAsData, outcome: mockapi.PromotionFailsWithoutModel},
		{name: "broken model", change: echoAsData, outcome: mockapi.PromotionLeavesBrokenModel},
		{name: "refused dry run", only: isDryRun, do: refuseWithEcho(http.StatusBadRequest)},
		{name: "broken dry run", only: isDryRun, succeeds: true, do: refuseWithEcho(http.StatusInternalServerError)},
		{name: "dry run with echoes as data", only: isDryRun, succeeds: true, change: echoAsData},
		{name: "creation with echoes as data", only: isServingCreation, succeeds: true, change: echoAsData},
		{name: "deployment with echoes as data", only: isDeploymentRead, refused: true, change: echoAsData},
		{name: "router with echoes as data", only: isRouterRead, refused: true, change: echoAsData},
		{name: "jobs with echoes as data", only: isJobsRead, refused: true, change: echoAsData},
		{name: "quotas with echoes as data", only: isQuotaRead, refused: true, change: echoAsData},
		{name: "reset", do: raw(func(*http.Request) string { return "" })},
		{name: "broken off", do: raw(func(r *http.Request) string { return "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + echo(r) })},
		{name: "not HTTP", do: raw(func(r *http.Request) string { return inOneLine(echo(r)) + "\r\n\r\n" })},
		{name: "odd status line", do: raw(func(r *http.Request) string { return "HTTP/1.1 " + inOneLine(echo(r)) + "\r\n\r\n" })},
		{name: "status text", do: raw(func(r *http.Request) string { return "HTTP/1.1 400 " + inOneLine(echo(r)) + "\r\n\r\n" })},
		{name: "odd header line", do: raw(func(r *http.Request) string { return "HTTP/1.1 200 OK\r\n" + inOneLine(echo(r)) + "\r\n\r\n" })},
		{name: "odd chunk", do: raw(func(r *http.Request) string {
			return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + inOneLine(echo(r)) + "\r\n"
		})},
		{name: "panic", do: always(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })},
		{name: "bad certificate", overTLS: true},
		{name: "redirect", do: always(func(w http.ResponseWriter, r *http.Request) {
			w.Header().
				Set("Location", elsewhere+"/?"+url.Values{"key": {r.Header.Get("Authorization")}, "header": {r.Header.Get("X-Canary")}}.Encode())
			w.WriteHeader(http.StatusTemporaryRedirect)
		})},
		{name: "odd redirect", do: always(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://%zz/"+inOneLine(echo(r)))
			w.WriteHeader(http.StatusTemporaryRedirect)
		})},
		{name: "HTML", do: always(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>"+echo(r)+"</html>")
		})},
		{name: "not JSON", do: always(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, echo(r)) })},
		{name: "JSON of another shape", do: always(func(w http.ResponseWriter, r *http.Request) {
			text := quoteJSON(strings.Repeat(".", 40) + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			body := `{"name":"accounts/demo/models/m","createTime":` + text + `,"contextLength":` + text +
				`,"checkpoints":[{"name":"c","createTime":` + text + `}]}`
			_, _ = io.WriteString(w, body) //nolint:gosec // The echo is the point of the test.
		})},
	}
	// Each 429 makes all other requests wait, so a server that responds to all of them with it takes half a minute.
	all = append(all, hostile{name: "429", do: refuseWithEcho(http.StatusTooManyRequests),
		only: func(r *http.Request) bool { return r.Method == http.MethodPost || isJobsRead(r) }})

	for _, status := range []int{400, 401, 403, 404, 503} {
		all = append(all, hostile{name: strconv.Itoa(status), do: refuseWithEcho(status)})
	}

	return all
}

// refuseWithEcho refuses every request, with the secrets in one of the forms of an error.
func refuseWithEcho(status int) func(http.ResponseWriter, *http.Request) bool {
	return always(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", inOneLine(echo(r)))
		w.WriteHeader(status)

		text := quoteJSON(echo(r))
		bodies := []string{
			`{"code":3,"message":` + text + `}`,
			`{"error":{"code":"x","message":` + text + `}}`,
			`{"error":` + text + `}`,
			echo(r),
			`{"other":` + text + `}`,
		}
		_, _ = io.WriteString(w, bodies[len(r.URL.Path)%len(bodies)])
	})
}

func isDryRun(r *http.Request) bool { return r.URL.Query().Get("validateOnly") == "true" }

// isServingCreation selects the requests that create a deployment or a router, or load a model.
func isServingCreation(r *http.Request) bool {
	return r.Method == http.MethodPost && !isDryRun(r) &&
		slices.Contains([]string{"deployments", "deployedModels", "routers"}, path.Base(r.URL.Path))
}

func isDeploymentRead(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/deployments/canary")
}

func isRouterRead(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/routers/canary-router")
}

func isJobsRead(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/dpoJobs") }

func isQuotaRead(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/quotas") }

// echoAsData puts echoes into all texts of a response.
func echoAsData(r *http.Request, body []byte) []byte {
	var decoded map[string]any
	if json.Unmarshal(body, &decoded) != nil {
		return body
	}

	text := echo(r)
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	label := func(object map[string]any) {
		if object["state"] != nil {
			object["description"], object["displayName"] = text, r.Header.Get("X-Canary")
			object["kind"] = key
			object["status"] = map[string]any{"code": "INTERNAL", "message": text}
			object["peftDetails"] = map[string]any{"baseModel": "accounts/a/models/" + key, "targetModules": []any{text}, "r": 8}
		}
	}
	label(decoded)

	if response, ok := decoded["response"].(map[string]any); ok {
		label(response)
	}

	if operation, ok := decoded["operation"].(map[string]any); ok {
		operation["metadata"] = map[string]any{"statusMessage": text}
	}

	if decoded["metadata"] != nil {
		decoded["metadata"] = map[string]any{"value": map[string]any{"status_message": text}}
	}

	if failure, ok := decoded["error"].(map[string]any); ok {
		failure["message"] = text
	}

	for _, value := range decoded {
		rows, _ := value.([]any)
		for _, row := range rows {
			if row, ok := row.(map[string]any); ok {
				row["checkpointType"], row["updateTime"], row["description"] = text, key, text
				label(row)
			}
		}
	}

	changed, err := json.Marshal(decoded)
	if err != nil {
		return body
	}

	return changed
}

// serve starts the platform of a case, and returns its URL.
func (h hostile) serve(t *testing.T, found *evidence) string {
	t.Helper()

	// Every other server sends every field.
	api, err := mockapi.New(mockapi.Options{APIKey: canaryKey, EmitUnpopulated: len(h.name)%2 == 0})
	if err != nil {
		t.Fatal(err)
	}

	api.SetPromotionOutcome(h.outcome)

	var looked atomic.Bool

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if looked.CompareAndSwap(false, true) {
			found.searchProcesses()
		}

		affected := h.only == nil || h.only(r)
		if affected && h.do != nil && h.do(w, r) {
			return
		}

		if !affected || h.change == nil {
			api.ServeHTTP(w, r)
			return
		}

		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(h.change(r, recorder.Body.Bytes()))
	})
	server := httptest.NewUnstartedServer(handler)

	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if h.overTLS {
		server.StartTLS()
	} else {
		server.Start()
	}

	t.Cleanup(server.Close)

	return server.URL
}

const secretsConfiguration = providertest.RequiredProvider + `
variable "header" {
  type      = string
  sensitive = true
  %s
}

provider "fireworks" {
  max_retries        = 1
  additional_headers = { X-Canary = var.header }
}

data "fireworks_checkpoints" "job" {
  job_id = "sft-qwen3-8b"
}

data "fireworks_training_shape" "shape" {
  shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}

resource "fireworks_promoted_model" "model" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-180-6f7a8b9c"
  output_model_id = "canary"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}

data "fireworks_training_shape" "match" {
  base_model = "accounts/fireworks/models/qwen3-8b"
}

data "fireworks_deployment_shape" "match" {
  base_model = "accounts/fireworks/models/qwen3-8b"
}

data "fireworks_deployment" "ready" {
  deployment_id = "qwen3-ready"
}

data "fireworks_model" "base" {
  name = "accounts/fireworks/models/qwen3-8b"
}

data "fireworks_models" "all" {}

data "fireworks_deployments" "all" {}

data "fireworks_quotas" "all" {}

resource "fireworks_deployment" "canary" {
  deployment_id    = "canary"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  tags             = { team = "canaries" }

  autoscaling_policy = {
    scaling_schedules = {
      day = { min_replica_count = 1, schedule = "0 8 * * 1-5", duration = "10h", timezone = "Europe/Berlin" }
    }
  }

  timeouts {
    create = "60s"
  }
}

resource "fireworks_deployed_model" "canary" {
  model      = fireworks_promoted_model.model.name
  deployment = "accounts/demo/deployments/qwen3-addons"

  timeouts {
    create = "60s"
  }
}

resource "fireworks_router" "canary" {
  router_id   = "canary-router"
  deployments = ["accounts/demo/deployments/qwen3-ready"]

  timeouts {
    create = "60s"
  }
}

data "fireworks_routers" "all" {}

data "fireworks_fine_tuning_job" "completed" {
  job_id = "sft-support-v1"
}

data "fireworks_fine_tuning_jobs" "all" {
  kind = "dpo"
}
`

// TestAccSecrets_NotShown drives every way in which a request can end, with the real CLI and the built provider at
// TRACE, against servers that send back every secret that they were sent, and searches every byte that was produced:
// logs, output, plans, states, private states, command lines.
func TestAccSecrets_NotShown(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()
	installed := providertest.InstallProvider(t)
	found := &evidence{t: t, found: map[string]bool{}}
	dir := t.TempDir()
	// Terraform stores the values of variables in a plan, but not those of ephemeral ones, which came later.
	ephemeral := ""
	if found.variablesStored = !installed.Has(10, 11); !found.variablesStored {
		ephemeral = "ephemeral = true"
	}

	providertest.WriteFile(t, filepath.Join(dir, "main.tf"), fmt.Sprintf(secretsConfiguration, ephemeral))
	installed.Must(t, dir, nil, "init", "-no-color", "-input=false")

	var received atomic.Int64

	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { received.Add(1) }))
	t.Cleanup(elsewhere.Close)
	t.Run("servers", func(t *testing.T) {
		for i, h := range hostiles(elsewhere.URL) {
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				h.drive(t, installed, filepath.Join(dir, fmt.Sprintf("case-%02d", i)), found)
			})
		}
	})

	if n := received.Load(); n > 0 {
		t.Errorf("%d requests were sent to another host", n)
	}

	found.searchFiles(dir)
	t.Logf("%d bytes were searched for %d canaries in %d spellings each", found.bytes, 2, len(canaryForms(canaryKey)))
}

// drive plans, applies and destroys against the server. The names of its files start with prefix.
func (h hostile) drive(t *testing.T, installed *providertest.Installation, prefix string, found *evidence) {
	t.Helper()

	dir := filepath.Dir(prefix)
	env := []string{
		"TF_LOG=TRACE", "TF_LOG_PATH=" + prefix + ".log", "TF_VAR_header=" + canaryHeader,
		diagnostic.EnvAPIKey + "=" + canaryKey, diagnostic.EnvBaseURL + "=" + h.serve(t, found),
	}
	state := "-state=" + prefix + ".tfstate"
	plan := prefix + ".plan"
	run := func(args ...string) providertest.CLIOutput {
		out := installed.Run(t, dir, env, args...)
		what := h.name + ", " + args[0]
		found.search(what+", output", out.Stdout, canaryKey, canaryHeader)
		found.search(what+", errors", out.Stderr, canaryKey, canaryHeader)

		return out
	}

	out := run("plan", "-no-color", "-input=false", "-refresh=false", "-target=fireworks_promoted_model.model", state, "-out="+plan)
	if out.ExitCode == 0 {
		canaries := []string{canaryKey}
		if !found.variablesStored {
			canaries = append(canaries, canaryHeader)
		}

		shown := installed.Run(t, dir, env, "show", "-no-color", "-json", plan)
		found.search(h.name+", show", shown.Stdout, canaries...)

		out = run("apply", "-no-color", "-input=false", state, plan)
	}

	if h.succeeds && out.ExitCode != 0 {
		t.Errorf("failed:\n%s%s", out.Stdout, out.Stderr)
	}

	if out = run("apply", "-no-color", "-input=false", "-auto-approve", state); h.succeeds && out.ExitCode != 0 {
		t.Errorf("failed:\n%s%s", out.Stdout, out.Stderr)
	}

	if h.refused {
		assertRefused(t, out, prefix+".tfstate")
	}

	if out = run("destroy", "-no-color", "-input=false", "-auto-approve", state); h.succeeds && out.ExitCode != 0 {
		t.Errorf("failed:\n%s%s", out.Stdout, out.Stderr)
	}
}

// assertRefused checks that an apply failed because of responses that contain the API key, and that nothing of them was
// stored.
func assertRefused(t *testing.T, out providertest.CLIOutput, statePath string) {
	t.Helper()

	if out.ExitCode == 0 {
		t.Errorf("succeeded:\n%s", out.Stdout)
	}

	// Terraform wraps its output.
	words := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(string(out.Stderr))), " ")
	if want := "the response contains the API key and was refused as a whole"; !strings.Contains(words, want) {
		t.Errorf("no error contains %q:\n%s", want, out.Stderr)
	}

	state, err := os.ReadFile(statePath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}

	if bytes.Contains(state, []byte("echo: ")) {
		t.Errorf("the state contains a part of a refused response:\n%s", state)
	}
}

// TestAccFineTuningJobs_Secrets searches the output, the state, the plan and the logs for the secrets of the jobs.
func TestAccFineTuningJobs_Secrets(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	i, p, dir := providertest.InstallProvider(t), providertest.NewPlatform(t, mockapi.Options{}), t.TempDir()
	logFile := filepath.Join(t.TempDir(), "trace.log")
	env := append(p.KeyAndURL(), "TF_LOG=TRACE", "TF_LOG_PATH="+logFile)
	found := &evidence{t: t, found: map[string]bool{}}

	providertest.WriteFile(t, filepath.Join(dir, "main.tf"), providertest.RequiredProvider+`
data "fireworks_fine_tuning_jobs" "all" {}
data "fireworks_fine_tuning_job" "completed" { job_id = "sft-support-v1" }
data "fireworks_fine_tuning_job" "failed" { job_id = "sft-broken" }
data "fireworks_fine_tuning_job" "missing" {
  count  = var.missing ? 1 : 0
  job_id = "none"
}
variable "missing" { default = false }
output "jobs" { value = data.fireworks_fine_tuning_jobs.all }
`)

	for _, arguments := range []string{
		"init -input=false", "plan -input=false -out=plan", "show -json plan", "apply -input=false plan", "show -json",
		"plan -input=false -var=missing=true",
	} {
		out := i.Run(t, dir, env, strings.Fields(arguments)...)
		if failed := out.ExitCode != 0; failed != strings.Contains(arguments, "missing") {
			t.Fatalf("%s ended with %d:\n%s", arguments, out.ExitCode, out.Stderr)
		}

		found.search(arguments, slices.Concat(out.Stdout, out.Stderr), mockapi.FineTuningJobSecret)
	}

	for _, file := range []string{logFile, filepath.Join(dir, "terraform.tfstate"), filepath.Join(dir, "plan")} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		found.search(file, content, mockapi.FineTuningJobSecret)
	}

	if jobs := p.Count("GET", "/v1/accounts/demo/supervisedFineTuningJobs/*"); jobs == 0 || found.bytes < 100_000 {
		t.Errorf("%d jobs were read, and %d bytes searched", jobs, found.bytes)
	}
}
