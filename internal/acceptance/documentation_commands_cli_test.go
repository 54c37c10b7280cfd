// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// scene is a part of a page whose blocks of commands are typed in one shell.
type scene struct {
	// source is the file or directory with the configuration; if empty, the first one of the page.
	source string
	// needs are programs that the blocks run.
	needs []string
	// prepare brings the directory and the platform into the condition that the page describes.
	prepare func(*typist)
	blocks  []typedBlock
}

// typedBlock is what belongs to a block of commands, which is typed as printed.
type typedBlock struct {
	before, after func(*typist)
	// prints is what the commands print; the comments of the block state more of it.
	prints []string
	// serves marks a program that runs until it is stopped.
	serves bool
	// skip is the reason why the block is not typed.
	skip string
}

// typist types the blocks of a scene.
type typist struct {
	*testing.T
	*providertest.Shell
	installation *providertest.Installation
	platform     *providertest.Platform
	// bin is the first directory on the PATH.
	bin string
	// mock is the address of mocks that the blocks start.
	mock string
	page string
}

var (
	commandBlock = regexp.MustCompile("(?ms)^ *```(?:shell|bash|sh|console)\n(.*?)^ *```")
	planComment  = regexp.MustCompile(`(?m)^terraform plan +# (.*)$`)
	placeholder  = regexp.MustCompile(`(\w+)=…`)
)

// TestAccDocumentation_Commands types every block of commands of every page, in the order of the page.
func TestAccDocumentation_Commands(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	i := providertest.InstallProvider(t)
	if !i.Has(8, 8) {
		t.Skip("the pages use functions of the provider and terraform test")
	}

	mock := providertest.BuildMock(t)

	pages := printedPages(t)
	for page := range pageScenes {
		if !commandBlock.MatchString(pages[page]) {
			t.Errorf("%s has scenes, and no commands", page)
		}
	}

	for _, page := range slices.Sorted(maps.Keys(pages)) {
		var blocks []string
		for _, block := range commandBlock.FindAllStringSubmatch(pages[page], -1) {
			blocks = append(blocks, block[1])
		}

		typed := 0

		for _, s := range pageScenes[page] {
			first := typed

			typed += len(s.blocks)
			if typed > len(blocks) {
				break
			}

			t.Run(fmt.Sprintf("%s, from block %d", page, first+1), func(t *testing.T) {
				t.Parallel()
				playScene(t, i, mock, page, s, blocks[first:first+len(s.blocks)])
			})
		}

		if typed != len(blocks) {
			t.Errorf("%s has %d blocks of commands, and pageScenes has %d:\n%s", page, len(blocks), typed,
				strings.Join(blocks, "\n"))
		}
	}
}

func playScene(t *testing.T, i *providertest.Installation, mock, page string, s scene, blocks []string) {
	t.Helper()

	if len(blocks) == 1 && s.blocks[0].skip != "" {
		t.Skip(s.blocks[0].skip)
	}

	providertest.SkipWithout(t, append(s.needs, "bash", "curl")...)

	d := newTypist(t, i, mock, page, s)
	if s.prepare != nil {
		s.prepare(d)
	}

	for n, block := range blocks {
		if reason := s.blocks[n].skip; reason != "" {
			t.Logf("not typed: %s\n%s", reason, block)
			continue
		}

		d.typeBlock(s.blocks[n], block)
	}
}

func newTypist(t *testing.T, i *providertest.Installation, mock, page string, s scene) *typist {
	t.Helper()

	d := &typist{
		T: t, installation: i, page: page, bin: t.TempDir(), mock: freeAddress(t),
		platform: providertest.NewPlatform(t, mockapi.Options{Now: time.Now}),
	}
	i.LinkCLI(t, d.bin, "terraform")

	if i.IsOpenTofu() {
		i.LinkCLI(t, d.bin, "tofu")
	}

	dir := t.TempDir()
	d.Shell = providertest.NewShell(t, i.Home, dir, d.bin)
	d.usePlatform(d.platform)

	// Tests use no fixed ports.
	wrapper := filepath.Join(d.bin, "fireworks-mockapi")
	providertest.WriteFile(t, wrapper, "#!/bin/sh\ncase $* in\n  *-listen*) exec "+mock+" \"$@\" ;;\n  *) exec "+mock+
		" -listen "+d.mock+" \"$@\" ;;\nesac\n")
	d.Must("chmod +x " + wrapper)

	source := filepath.Join(providertest.ModuleRoot, s.source)

	switch {
	case s.source == "":
		if block := terraformBlock.FindStringSubmatch(providertest.ReadFile(t,
			filepath.Join(providertest.ModuleRoot, page))); block != nil {
			d.write("main.tf", example{page, block[1]}.withRequirement())
		}
	case strings.HasSuffix(s.source, ".tf"):
		d.write("main.tf", example{s.source, providertest.ReadFile(t, source)}.withRequirement())
	default:
		if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
	}

	return d
}

// freeAddress returns an address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()

	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed immediately
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()

	return listener.Addr().String()
}

// typeBlock types a block as printed, except for placeholders and for the addresses of servers.
func (d *typist) typeBlock(b typedBlock, printed string) {
	d.Helper()

	if b.before != nil {
		b.before(d)
	}

	block := placeholder.ReplaceAllStringFunc(printed, func(text string) string {
		name := strings.TrimSuffix(text, "=…")

		value, ok := exampleValues[strings.ToLower(name)]
		if !ok {
			d.Errorf("exampleValues has no value for %s", text)
		}

		return name + "=" + value
	})
	block = strings.NewReplacer("https://api.fireworks.ai", d.platform.URL, "/my-account/", "/demo/",
		"127.0.0.1:8089", d.mock).Replace(block)

	if b.serves {
		d.Start(block)
		d.Must("curl --silent --retry 100 --retry-delay 1 --retry-connrefused --output server.txt http://" + d.mock)
	} else {
		d.assertPrints(block, d.Must(block), b.prints)
	}

	if b.after != nil {
		b.after(d)
	}
}

// assertPrints asserts that the output contains what the comments at the plans of the block state, in this order, and
// the other texts.
func (d *typist) assertPrints(block, output string, others []string) {
	d.Helper()

	unwrapped := strings.Join(strings.Fields(output), " ")
	rest := unwrapped

	for _, comment := range planComment.FindAllStringSubmatch(block, -1) {
		_, after, found := strings.Cut(rest, comment[1])
		if !found {
			d.Errorf("%s\ndoes not print %q there:\n%s", block, comment[1], output)
		}

		rest = after
	}

	for _, text := range others {
		if !strings.Contains(unwrapped, text) {
			d.Errorf("%s\ndoes not print %q:\n%s", block, text, output)
		}
	}
}

// usePlatform makes the commands use the platform.
func (d *typist) usePlatform(p *providertest.Platform) {
	d.platform = p
	d.Export(p.KeyAndURL()...)
}

func (d *typist) write(name, content string) {
	d.Helper()
	providertest.WriteFile(d.T, filepath.Join(d.Dir, name), content)
}

func (d *typist) read(name string) string {
	d.Helper()

	return providertest.ReadFile(d.T, filepath.Join(d.Dir, name))
}

// assertEmptyPlan asserts that nothing is left to do in the directory of the shell.
func (d *typist) assertEmptyPlan() {
	d.Helper()
	d.Must("terraform plan -detailed-exitcode")
}

// applied is the condition of a directory whose configuration has been applied.
func applied(d *typist) {
	initialized(d)
	d.Must("terraform apply")
}

func initialized(d *typist) { d.Must("terraform init") }

func assertEmptyPlan(d *typist) { d.assertEmptyPlan() }
