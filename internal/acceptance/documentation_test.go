// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployment"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/promotedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const guides = "templates/guides/"

const summariesFile = "internal/provider/diagnostic/summaries.go"

// sourceFiles are the files of the provider that are no tests, by their paths.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()

	root := os.DirFS(providertest.ModuleRoot)
	files := map[string]*ast.File{}

	for _, pattern := range []string{"internal/provider/*.go", "internal/provider/*/*.go"} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			t.Fatal(err)
		}

		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}

			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(providertest.ModuleRoot, name), nil,
				parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}

			files[name] = file
		}
	}

	return files
}

// summaryConstants are the summaries in summariesFile by the names of their constants.
func summaryConstants(t *testing.T) map[string]string {
	t.Helper()

	constants := map[string]string{}

	ast.Inspect(sourceFiles(t)[summariesFile], func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}

		for i, name := range spec.Names {
			literal, ok := spec.Values[i].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is not a plain text", name)
			}

			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}

			constants[name.Name] = text
		}

		return true
	})

	return constants
}

// librarySummaries are those that come with validators which are not ours: everything that can be wrong with these
// arguments.
func librarySummaries(t *testing.T) []string {
	t.Helper()
	c := providertest.NewPlatform(t, mockapi.Options{}).NewCLI(t, map[string]string{"main.tf": providertest.RequiredProvider + `
data "fireworks_checkpoints" "both" {
  job_id       = "sft-qwen3-8b"
  session_name = "accounts/demo/trainingSessions/serverless-1"
  page_size    = 0
}
data "fireworks_checkpoints" "none" {}
resource "fireworks_promoted_model" "this" {
  checkpoint_name        = "` + providertest.FullCheckpoint + `"
  output_model_id        = "m"
  base_model             = "` + providertest.QwenBase + `"
  display_name           = "` + strings.Repeat("x", fireworks.DisplayNameLimit) + `"
  deletion_policy        = "KEEP"
  hot_load_deployment_id = "d"
  timeouts {
    create = "soon"
  }
}
`})

	var summaries []string
	for _, d := range c.Diagnostics("validate") {
		summaries = append(summaries, d.Summary)
	}

	return summaries
}

// troubleshootingRows are the messages in the tables of the guide. Rows with one next step for several have a message
// for each line.
func troubleshootingRows(t *testing.T) []string {
	t.Helper()

	var rows []string

	for line := range strings.Lines(providertest.ReadFile(t,
		filepath.Join(providertest.ModuleRoot, guides+"troubleshooting.md"))) {
		cells := strings.Split(line, " | ")
		if message, ok := strings.CutPrefix(cells[0], "| "); ok && message != "message" && message != "---" {
			rows = append(rows, strings.Split(message, "<br>")...)
		}
	}

	return rows
}

func TestAccDocumentation_Troubleshooting(t *testing.T) {
	t.Parallel()
	want := append(slices.Collect(maps.Values(summaryConstants(t))), librarySummaries(t)...)
	got := troubleshootingRows(t)

	slices.Sort(want)
	slices.Sort(got)

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%stroubleshooting.md needs each summary once in the first column of a table, and no other (-want "+
			"+got):\n%s", guides, diff)
	}
}

// summaryPositions maps each function that creates a diagnostic to the index of its summary argument.
var summaryPositions = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1,
	"NewAttributeWarningDiagnostic": 1,
	"AddErrorAt":                    2, "AddNotChecked": 2,
}

// TestSummaries_AreConstants keeps texts with values in them, which no page can list, out of the summaries.
func TestSummaries_AreConstants(t *testing.T) {
	t.Parallel()
	constants := summaryConstants(t)
	used := map[string]bool{}

	for name, file := range sourceFiles(t) {
		ast.Inspect(file, func(node ast.Node) bool {
			if identifier, ok := node.(*ast.Ident); ok && name != summariesFile {
				used[identifier.Name] = true
			}

			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}

			position, ok := summaryPositions[calledName(call)]
			if ok && position < len(call.Args) && !isSummary(call.Args[position], constants) {
				t.Errorf("%s: the summary of a call of %s is not a constant of %s", name, calledName(call),
					summariesFile)
			}

			return true
		})
	}

	for name := range constants {
		if !used[name] {
			t.Errorf("%s is not used: remove it and its row in the troubleshooting guide", name)
		}
	}
}

func calledName(call *ast.CallExpr) string {
	switch function := call.Fun.(type) {
	case *ast.SelectorExpr:
		return function.Sel.Name
	case *ast.Ident:
		return function.Name
	}

	return ""
}

// isSummary accepts a constant, a parameter, variable or field that is called summary and holds one, and the summaries
// of a life cycle.
func isSummary(argument ast.Expr, constants map[string]string) bool {
	switch expression := argument.(type) {
	case *ast.Ident:
		return constants[expression.Name] != "" || strings.EqualFold(expression.Name, "summary")
	case *ast.SelectorExpr:
		_, ofLifecycle := reflect.TypeFor[lifecycle.LifecycleTexts]().FieldByName(expression.Sel.Name)

		return ofLifecycle || constants[expression.Sel.Name] != "" || strings.EqualFold(expression.Sel.Name, "summary")
	}

	return false
}

// TestDocumentation_NamesExist compares pages that people write with lists and limits in the code.
func TestDocumentation_NamesExist(t *testing.T) {
	t.Parallel()
	pages := documentationPages(t)
	index := []string{
		"`" + diagnostic.EnvAPIKey + "`",
		"`" + diagnostic.EnvBaseURL + "`",
		"`" + diagnostic.EnvAPIBase + "`",
		"`" + diagnostic.EnvAccountID + "`",
		"`" + diagnostic.EnvProfile + "`",
		diagnostic.APIKeysPage,
		fireworks.DefaultBaseURL,
		fmt.Sprintf("retried %d times", fireworks.DefaultMaxRetries),
		fmt.Sprintf("at most %.0f seconds.", providerdata.PlanCheckTimeout.Seconds()),
	}
	limits := []string{
		fmt.Sprintf("| %.0f seconds | `request_timeout`", fireworks.DefaultRequestTimeout.Seconds()),
		fmt.Sprintf("| %.0f seconds | |", fireworks.PromotionRequestTimeout.Seconds()),
		fmt.Sprintf("| %d, half a second apart", fireworks.DefaultMaxRetries),
		fmt.Sprintf("| %.0f hours | `timeouts", promotedmodel.DefaultCreateTimeout.Hours()),
		fmt.Sprintf("| %.0f seconds, or `request_timeout`", fireworks.CreateRequestTimeout.Seconds()),
		fmt.Sprintf("| %.0f minutes each |", deployment.DefaultCreateTimeout.Minutes()),
		fmt.Sprintf("| %.0f minutes | `timeouts { create", deployedmodel.DefaultCreateTimeout.Minutes()),
		fmt.Sprintf("| %.0f minutes | `timeouts { update", promotedmodel.DefaultUpdateTimeout.Minutes()),
		fmt.Sprintf("| %.0f minutes; of a deployment %.0f minutes |", promotedmodel.DefaultDeleteTimeout.Minutes(),
			deployment.DefaultDeleteTimeout.Minutes()),
		fmt.Sprintf("| %.0f seconds in all |", providerdata.PlanCheckTimeout.Seconds()),
		fmt.Sprintf("| %d at a time", fireworks.MaxRequestsInFlight),
		fmt.Sprintf("| %d MiB;", fireworks.MaxResponseBytes>>20),
		fmt.Sprintf("| %d,000 pages or %d,000 rows;", fireworks.MaxPages/1000, fireworks.MaxRows/1000),
	}

	testing := append(jsonFields(reflect.TypeFor[mockapi.Fixtures]()), jsonFields(reflect.TypeFor[mockapi.Fault]())...)
	for _, kind := range mockapi.FaultKinds() {
		testing = append(testing, "`"+string(kind)+"`")
	}

	for page, texts := range map[string][]string{"templates/index.md.tmpl": index, "CONTRIBUTING.md": limits,
		"internal/cmd/mockapi/README.md": testing} {
		unwrapped := strings.Join(strings.Fields(pages[page]), " ")
		for _, text := range texts {
			if !strings.Contains(unwrapped, text) {
				t.Errorf("%s does not mention %s", page, text)
			}
		}
	}
}

var directDependency = regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)

// TestDocumentation_TablesComplete checks that the tables of contents name every page, and the list every dependency.
func TestDocumentation_TablesComplete(t *testing.T) {
	t.Parallel()

	pages := documentationPages(t)
	for _, match := range directDependency.FindAllStringSubmatch(providertest.ReadFile(t,
		filepath.Join(providertest.ModuleRoot, "go.mod")), -1) {
		if !strings.Contains(pages["CONTRIBUTING.md"], "`"+match[1]+"`") {
			t.Errorf("CONTRIBUTING.md does not say why go.mod requires %s", match[1])
		}
	}

	generated, err := fs.Glob(os.DirFS(filepath.Join(providertest.ModuleRoot, "docs")), "*/*.md")
	if err != nil || len(generated) == 0 {
		t.Fatalf("no generated pages: %v", err)
	}

	for _, page := range generated {
		if !strings.Contains(pages["templates/index.md.tmpl"], "]("+page+")") {
			t.Errorf("templates/index.md.tmpl does not link %s", page)
		}
	}
}

// jsonFields are the names of all fields in a type that is read from JSON, quoted as code.
func jsonFields(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return jsonFields(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}

	var names []string

	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(append(names, "`"+name+"`"), jsonFields(field.Type)...)
	}

	return names
}

var jsonBlock = regexp.MustCompile("(?ms)^```json\n(.*?)^```")

// TestDocumentation_MockFiles has the mock read the fixtures and the faults that the pages show.
func TestDocumentation_MockFiles(t *testing.T) {
	t.Parallel()

	for page, text := range documentationPages(t) {
		for _, block := range jsonBlock.FindAllStringSubmatch(text, -1) {
			_, faultsErr := mockapi.ReadFaults(strings.NewReader(block[1]))

			_, fixturesErr := mockapi.ReadFixtures(strings.NewReader(block[1]))
			if faultsErr != nil && fixturesErr != nil {
				t.Errorf("%s has a block that is neither: faults: %v; fixtures: %v\n%s", page, faultsErr, fixturesErr,
					block[1])
			}
		}
	}
}

var (
	relativeLink = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)
	heading      = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchors = regexp.MustCompile(`[^\w\- ]`)
)

// TestDocumentation_Links follows every link from page to page, and to its heading. Templates are where their pages are
// generated to.
func TestDocumentation_Links(t *testing.T) {
	t.Parallel()

	for file, text := range documentationPages(t) {
		at := path.Dir(file)

		switch {
		case file == "templates/data-sources.md.tmpl":
			at = "docs/data-sources"
		case strings.HasPrefix(file, "templates"):
			at = strings.Replace(at, "templates", "docs", 1)
		}

		for _, link := range relativeLink.FindAllStringSubmatch(text, -1) {
			target, anchor := path.Join(at, link[1]), strings.TrimPrefix(link[2], "#")
			if link[1] == "" {
				target = strings.TrimSuffix(path.Join(at, path.Base(file)), ".tmpl")
			}

			info, err := fs.Stat(os.DirFS(providertest.ModuleRoot), target)
			switch {
			case err != nil:
				t.Errorf("%s links to %s, which does not exist", file, target)
			case anchor != "" && !info.IsDir() &&
				!slices.Contains(anchors(providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, target))),
					anchor):
				t.Errorf("%s links to %s#%s, and there is no such heading", file, target, anchor)
			}
		}
	}
}

func anchors(page string) []string {
	var all []string
	for _, match := range heading.FindAllStringSubmatch(page, -1) {
		all = append(all, strings.ReplaceAll(strings.ToLower(notInAnchors.ReplaceAllString(match[1], "")), " ", "-"))
	}

	return all
}

// codeBlock is a fenced block, whose lines are not prose.
var codeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```$")

// TestDocumentation_Width checks that prose is wrapped at 100 columns, and that code fits into a window of 960 pixels.
// Tables, front matter, template actions, entries of the changelog and long links are not wrapped.
func TestDocumentation_Width(t *testing.T) {
	t.Parallel()

	notProse := regexp.MustCompile(`^\||^  [A-Z]|^description:|\{\{|^\[.*\]\(.*\)[.,]?$|\(https://[^ ]*$`)

	for page, text := range documentationPages(t) {
		if page == "CHANGELOG.md" {
			continue
		}

		for line := range strings.SplitSeq(codeBlock.ReplaceAllString(text, ""), "\n") {
			if utf8.RuneCountInString(line) > 100 && !notProse.MatchString(line) {
				t.Errorf("%s: a line of more than 100 columns: %s", page, line)
			}
		}
	}

	for page, text := range printedPages(t) {
		for _, block := range codeBlock.FindAllString(text, -1) {
			for line := range strings.SplitSeq(block, "\n") {
				if utf8.RuneCountInString(line) > 110 {
					t.Errorf("%s: a line of code of more than 110 columns: %s", page, line)
				}
			}
		}
	}
}
