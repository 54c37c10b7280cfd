// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccInstalledProvider has a real CLI find the installed provider and run every example and every configuration in
// the documentation against the mock API.
func TestAccInstalledProvider(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()
	i := providertest.InstallProvider(t)
	providertest.WriteFile(t, filepath.Join(i.Home, ".fireworks", "profiles", "staging", "auth.ini"),
		"api_key = "+providertest.TestAPIKey+"\naccount_id = demo\n")
	examples := allExamples(t)

	var parts, wholes, imports []example

	for _, e := range examples {
		switch {
		case !understands(i, e):
		case e.imports():
			imports = append(imports, e)
		case e.hasProvider():
			wholes = append(wholes, e)
		default:
			parts = append(parts, e)
		}
	}

	t.Run("formatted", func(t *testing.T) { t.Parallel(); testFormat(i, t, examples) })
	t.Run("parts", func(t *testing.T) { t.Parallel(); testParts(i, t, parts) })

	for _, e := range wholes {
		t.Run(e.name(), func(t *testing.T) { t.Parallel(); testWhole(i, t, e) })
	}

	for _, e := range imports {
		t.Run(e.name(), func(t *testing.T) { t.Parallel(); testImport(i, t, e) })
	}

	for _, dir := range exampleRoots(t) {
		t.Run(dir, func(t *testing.T) { t.Parallel(); testRoot(i, t, dir) })
	}

	t.Run("tests of module deployment", func(t *testing.T) {
		t.Parallel()
		testModuleTests(i, t, "deployment", "1", "3")
	})
	t.Run("tests of module promoted-model", func(t *testing.T) {
		t.Parallel()
		testModuleTests(i, t, "promoted-model", "2", "5", "-seed",
			providertest.ModuleRoot+"/examples/modules/promoted-model/tests/fixtures.json")
	})
}

// example is a configuration of one file: one below examples/, or one on a page of the documentation.
type example struct{ source, code string }

func (e example) name() string       { return notInNames.ReplaceAllString(e.source, "_") }
func (e example) imports() bool      { return importBlock.MatchString(e.code) }
func (e example) byIdentity() bool   { return strings.Contains(e.code, "identity = {") }
func (e example) hasProvider() bool  { return providerBlock.MatchString(e.code) }
func (e example) hasEphemeral() bool { return ephemeral.MatchString(e.code) }
func (e example) hasFunctions() bool { return strings.Contains(e.code, "provider::fireworks::") }

// withRequirement says where the provider comes from, if the example does not.
func (e example) withRequirement() string {
	if strings.Contains(e.code, "required_providers") {
		return e.code
	}

	return providertest.RequiredProvider + e.code
}

var (
	notInNames      = regexp.MustCompile(`[^A-Za-z0-9]+`)
	importBlock     = regexp.MustCompile(`(?m)^import \{`)
	providerBlock   = regexp.MustCompile(`(?m)^provider "fireworks" \{`)
	ephemeral       = regexp.MustCompile(`(?m)^  ephemeral += true$`)
	resourceBlock   = regexp.MustCompile(`(?m)^resource "fireworks_\w+" "\w+" \{`)
	variableBlock   = regexp.MustCompile(`(?ms)^variable "(\w+)" \{\n(.*?)^\}`)
	variableDefault = regexp.MustCompile(`(?m)^  default +=`)
	importedType    = regexp.MustCompile(`(?m)^  to += (fireworks_\w+)\.`)
	importedID      = regexp.MustCompile(`(?m)^  (?:id|  (?:model|deployment|deployed_model|router)_id) +=\s"([^"]+)"`)
	requiredCLI     = regexp.MustCompile(`(?m)^  required_version = ">= 1\.(\d+)"`)
	hiddenBlock     = regexp.MustCompile("(?m)^[ \\t]*```(?:hcl|tf)$|^[ \\t]+```terraform$")
	terraformBlock  = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```")
)

// exampleValues are for variables without a default.
var exampleValues = map[string]string{
	"fireworks_api_key": providertest.TestAPIKey,
	"job_id":            "sft-qwen3-8b",
	"name":              "example",
	"base_model":        providertest.QwenBase,
	"training_shape":    "accounts/fireworks/trainingShapes/qwen3-8b-128k",
	"checkpoint_name":   providertest.FullCheckpoint,
	"model_id":          "example",
}

// neededValues are the values of the variables that have no default.
func (e example) neededValues(t *testing.T) map[string]string {
	t.Helper()

	values := map[string]string{}

	for _, variable := range variableBlock.FindAllStringSubmatch(e.code, -1) {
		name, body := variable[1], variable[2]
		if variableDefault.MatchString(body) {
			continue
		}

		value, ok := exampleValues[name]
		if !ok {
			t.Errorf("%s: the variable %s has no default, and exampleValues has no value for it", e.source, name)
		}

		values[name] = value
	}

	return values
}

// understands reports whether the CLI is new enough for an example.
func understands(i *providertest.Installation, e example) bool {
	return (i.Has(8, 7) || !e.hasFunctions()) && (i.Has(10, 11) || !e.hasEphemeral()) &&
		(i.Has(12, 12) || !e.byIdentity())
}

func allExamples(t *testing.T) []example {
	t.Helper()

	var all []example

	for _, pattern := range []string{"provider/*.tf", "resources/*/*.tf", "data-sources/*/*.tf", "functions/*/*.tf"} {
		files, err := fs.Glob(os.DirFS(providertest.ModuleRoot), path.Join("examples", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files for %s: %v", pattern, err)
		}

		for _, file := range files {
			all = append(all, example{file, providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, file))})
		}
	}

	for file, page := range documentationPages(t) {
		if block := hiddenBlock.FindString(page); block != "" {
			t.Errorf(
				"%s has a block that starts with %q; configurations are blocks of the language terraform at the "+
					"left margin, so that they are tested",
				file,
				block,
			)
		}

		for n, block := range terraformBlock.FindAllStringSubmatch(page, -1) {
			all = append(all, example{fmt.Sprintf("%s block %d", file, n+1), block[1]})
		}
	}

	slices.SortFunc(all, func(a, b example) int { return strings.Compare(a.source, b.source) })

	return all
}

// documentationPages are the pages that people write, by their paths. What is generated from them has no configurations
// of its own.
func documentationPages(t *testing.T) map[string]string {
	t.Helper()

	pages := map[string]string{}
	root := os.DirFS(providertest.ModuleRoot)

	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(entry.Name(), ".") && file != "." && entry.Name() != ".github"
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (hidden || slices.Contains([]string{"bin", "dist", "docs", "tools"}, file)):
			return fs.SkipDir
		case strings.HasSuffix(file, ".md") || strings.HasSuffix(file, ".md.tmpl"):
			pages[file] = providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, file))
		}

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	return pages
}

// printedPages are the pages as users read them, by their paths.
func printedPages(t *testing.T) map[string]string {
	t.Helper()

	pages := map[string]string{}

	for _, pattern := range []string{"README.md", "docs/*.md", "docs/*/*.md"} {
		files, err := fs.Glob(os.DirFS(providertest.ModuleRoot), pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no pages %s: %v", pattern, err)
		}

		for _, file := range files {
			pages[file] = providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, file))
		}
	}

	return pages
}

// testFormat checks all files and blocks by one run of the CLI.
func testFormat(i *providertest.Installation, t *testing.T, examples []example) {
	dir := t.TempDir()
	// To a CLI without functions their calls are not formatted wrongly but no HCL at all.
	if i.Has(8, 7) {
		if err := os.CopyFS(filepath.Join(dir, "examples"),
			os.DirFS(filepath.Join(providertest.ModuleRoot, "examples"))); err != nil {
			t.Fatal(err)
		}
	}

	for _, e := range examples {
		if i.Has(8, 7) || !e.hasFunctions() {
			providertest.WriteFile(t, filepath.Join(dir, "blocks", e.name()+".tf"), e.code)
		}
	}

	if out := i.Run(t, dir, nil, "fmt", "-check", "-recursive", "-diff"); out.ExitCode != 0 {
		t.Errorf("not formatted:\n%s%s", out.Stdout, out.Stderr)
	}
}

// testParts applies the examples that have no provider block as modules of one configuration, each with a platform of
// its own.
func testParts(i *providertest.Installation, t *testing.T, parts []example) {
	dir := t.TempDir()

	var root strings.Builder
	root.WriteString(providertest.RequiredProvider)

	for n, e := range parts {
		providertest.WriteFile(t, filepath.Join(dir, e.name(), "main.tf"), e.withRequirement())
		fmt.Fprintf(&root, "provider \"fireworks\" {\n  alias = \"p%d\"\n  base_url = %q\n  api_key = %q\n}\n", n,
			providertest.NewPlatform(t, mockapi.Options{Now: time.Now}).URL, providertest.TestAPIKey)
		fmt.Fprintf(&root, "module %q {\n  source = \"./%s\"\n  providers = { fireworks = fireworks.p%d }\n", e.name(),
			e.name(), n)

		values := e.neededValues(t)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(&root, "  %s = %q\n", name, values[name])
		}

		root.WriteString("}\n")
	}

	providertest.WriteFile(t, filepath.Join(dir, "main.tf"), root.String())
	i.Converge(t, dir, nil)
}

// testWhole applies an example that configures the provider by itself.
func testWhole(i *providertest.Installation, t *testing.T, e example) {
	dir := t.TempDir()
	providertest.WriteFile(t, filepath.Join(dir, "main.tf"), e.withRequirement())

	env := providertest.NewPlatform(t, mockapi.Options{Now: time.Now}).KeyAndURL()
	for name, value := range e.neededValues(t) {
		env = append(env, "TF_VAR_"+name+"="+value)
	}

	i.Converge(t, dir, env)
}

// newPlatformWith has an object of the resource type that Terraform does not know of yet, as in the example of the
// resource.
func newPlatformWith(t *testing.T, resourceType, name string) *providertest.Platform {
	t.Helper()

	fixtures := mockapi.BuiltinFixtures()

	switch resourceType {
	case providerdata.PromotedModelType:
		fixtures.Models = append(fixtures.Models, mockapi.ModelFixture{Name: name})
	case providerdata.DeploymentType:
		fixtures.Deployments = append(fixtures.Deployments,
			mockapi.DeploymentFixture{Name: name, BaseModel: providertest.QwenBase,
				DeploymentShape: providertest.ServingShape})
	case providerdata.DeployedModelType:
		fixtures.DeployedModels = append(fixtures.DeployedModels,
			mockapi.DeployedModelFixture{Name: name, Model: providertest.SupportLoRA,
				Deployment: providertest.AddonsDeployment})
	case providerdata.RouterType:
		fixtures.Routers = append(fixtures.Routers, mockapi.RouterFixture{
			Name: name, Deployments: []string{providertest.ReadyMember, providertest.AddonsDeployment},
		})
	default:
		t.Fatalf("no fixture for the import of a %s", resourceType)
	}

	return providertest.NewPlatform(t, mockapi.Options{Fixtures: &fixtures, Now: time.Now})
}

// importedResource is the configuration that the examples of an import mean.
func importedResource(t *testing.T, resourceType string) string {
	t.Helper()

	return providertest.RequiredProvider +
		providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, "examples", "resources", resourceType,
			"resource.tf"))
}

// assertNothingCreated asserts that an import created nothing.
func assertNothingCreated(p *providertest.Platform, t *testing.T) {
	t.Helper()

	if writes := p.TakeWriteRequests(); len(writes) > 0 {
		t.Errorf("the import caused the requests %q", writes)
	}
}

// testImport follows an import block: nothing is created, and nothing is left to do.
func testImport(i *providertest.Installation, t *testing.T, e example) {
	resourceType, id := importedType.FindStringSubmatch(e.code), importedID.FindStringSubmatch(e.code)
	if resourceType == nil || id == nil {
		t.Fatalf("no resource or no ID in\n%s", e.code)
	}

	p := newPlatformWith(t, resourceType[1], id[1])
	dir := t.TempDir()

	code := e.withRequirement()
	if !resourceBlock.MatchString(e.code) {
		code = importedResource(t, resourceType[1]) + e.code
	}

	providertest.WriteFile(t, filepath.Join(dir, "main.tf"), code)
	i.Converge(t, dir, p.KeyAndURL())

	assertNothingCreated(p, t)
}

// exampleRoots are the directories below examples/ that are applied as they are.
func exampleRoots(t *testing.T) []string {
	t.Helper()

	files, err := fs.Glob(os.DirFS(providertest.ModuleRoot), "examples/*/main.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}

	var dirs []string
	for _, file := range files {
		dirs = append(dirs, path.Base(path.Dir(file)))
	}

	return dirs
}

// testRoot applies and destroys the configuration of a directory.
func testRoot(i *providertest.Installation, t *testing.T, name string) {
	examples := t.TempDir()
	if err := os.CopyFS(examples, os.DirFS(filepath.Join(providertest.ModuleRoot, "examples"))); err != nil {
		t.Fatal(err)
	}

	dir := filepath.Join(examples, name)

	required := requiredCLI.FindStringSubmatch(providertest.ReadFile(t, filepath.Join(dir, "versions.tf")))
	if required == nil {
		t.Fatalf("%s/versions.tf does not say which CLI it needs", name)
	}

	if needsFunctions := required[1] == "8"; needsFunctions && !i.Has(8, 8) {
		return
	}

	p := providertest.NewPlatform(t, mockapi.Options{})
	i.Converge(t, dir, p.KeyAndURL())

	if p.Promotions() != 1 {
		t.Errorf("%d promotions, want one", p.Promotions())
	}

	i.Must(t, dir, p.KeyAndURL(), "destroy", "-no-color", "-input=false", "-auto-approve")
}

// testModuleTests runs the tests of an example module as its users do: without an API, and against the mock command.
func testModuleTests(
	i *providertest.Installation, t *testing.T, name, passedAlone, passed string, mockFlags ...string,
) {
	t.Helper()

	if !i.Has(8, 8) {
		return
	}

	module := t.TempDir()
	if err := os.CopyFS(module,
		os.DirFS(filepath.Join(providertest.ModuleRoot, "examples", "modules", name))); err != nil {
		t.Fatal(err)
	}

	i.Must(t, module, nil, "init", "-no-color", "-input=false")

	alone := i.Must(t, module, nil, "test", "-no-color", "-filter=tests/mock_provider.tftest.hcl")
	if !strings.Contains(alone, passedAlone+" passed, 0 failed") {
		t.Errorf("mock_provider.tftest.hcl of the module %s:\n%s", name, alone)
	}

	url := startMockCommand(t,
		append([]string{"-promotion-time", "100ms", "-deployment-time", "100ms"}, mockFlags...)...)

	against := i.Must(t, module, []string{"FIREWORKS_BASE_URL=" + url, "FIREWORKS_API_KEY=any"}, "test", "-no-color")
	if !strings.Contains(against, passed+" passed, 0 failed") {
		t.Errorf("all tests of the module %s:\n%s", name, against)
	}
}

// startMockCommand starts the mock as it is released, and returns its URL.
func startMockCommand(t *testing.T, args ...string) string {
	t.Helper()
	mock := exec.CommandContext(t.Context(), providertest.BuildMock(t), append([]string{"-listen", "127.0.0.1:0"}, args...)...)

	var stderr bytes.Buffer

	mock.Stderr = &stderr

	stdout, err := mock.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = mock.Wait() })

	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}

	return strings.TrimPrefix(strings.TrimSpace(line), "listening on ")
}
