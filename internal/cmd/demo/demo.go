// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

const question = "Which model are you?"

// options are the settings of the command line; "" selects the default.
type options struct {
	cliPath      string
	providerPath string
}

// demo is one run. All its files are in one directory.
type demo struct {
	out  io.Writer
	dir  string
	mock *mock
	cli  *cli
}

// runDemo serves the model of a training run on the mock and returns its reply to a question, "" if it was interrupted.
// In either case, the mock contains what it contained before.
func runDemo(ctx context.Context, out io.Writer, m *mock, o options) (reply string, err error) {
	dir, err := os.MkdirTemp("", "fireworks-demo-")
	if err != nil {
		return "", fmt.Errorf("create a temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d := &demo{out: out, dir: dir, mock: m}
	d.step("Mock of the Fireworks API")
	d.detail("%s, account demo", m.url)

	if err := d.prepare(ctx, o); err != nil {
		return "", unlessInterrupted(ctx, err)
	}

	reply, err = d.serve(ctx)

	// A failed or interrupted apply may have created something as well, so destroy always runs, and is not interrupted.
	return reply, errors.Join(unlessInterrupted(ctx, err), d.destroy(context.WithoutCancel(ctx)))
}

// unlessInterrupted drops the errors of commands that were interrupted.
func unlessInterrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}

	return nil
}

// prepare installs the provider where a CLI finds it, and finds the CLI.
func (d *demo) prepare(ctx context.Context, o options) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}

	pluginDir := filepath.Join(d.dir, "plugins")
	if err := d.installProvider(ctx, root, pluginDir, o.providerPath); err != nil {
		return err
	}

	d.step("Terraform or OpenTofu")

	cliPath := o.cliPath
	if cliPath == "" {
		if cliPath, err = findOrInstall(ctx, filepath.Join(d.dir, "terraform")); err != nil {
			return err
		}
	}

	configDir := filepath.Join(d.dir, "quickstart")
	if err := os.CopyFS(configDir, os.DirFS(filepath.Join(root, "examples", "quickstart"))); err != nil {
		return fmt.Errorf("copy the quickstart: %w", err)
	}

	if d.cli, err = newCLI(cliPath, configDir, pluginDir, d.mock.url, d.out); err != nil {
		return err
	}

	version, err := d.cli.version(ctx)
	if err != nil {
		return err
	}

	d.detail("%s, version %s", cliPath, version)

	if err := d.cli.tf.Init(ctx); err != nil {
		return fmt.Errorf("init: %w", err)
	}

	return nil
}

func (d *demo) installProvider(ctx context.Context, root, pluginDir, path string) error {
	if path == "" {
		d.step("Building the provider")

		started := time.Now()

		path = filepath.Join(d.dir, "provider")
		if _, err := runGo(ctx, root, "build", "-ldflags", "-X main.version="+providerVersion, "-o", path,
			"."); err != nil {
			return err
		}

		d.detail("took %s", time.Since(started).Round(100*time.Millisecond))
	}

	if err := fillMirror(pluginDir, path); err != nil {
		return fmt.Errorf("install the provider: %w", err)
	}

	return nil
}

// serve applies the quickstart, asks the deployed model a question, and checks that the plan after it is empty.
func (d *demo) serve(ctx context.Context) (reply string, err error) {
	d.step("Applying examples/quickstart: find the latest promotable checkpoint, promote it, deploy the model")

	apply := func(tf *tfexec.Terraform) error { return tf.Apply(ctx) }
	if err := d.cli.withOutput(apply); err != nil {
		return "", fmt.Errorf("apply: %w", err)
	}

	outputs, err := d.cli.outputs(ctx)
	if err != nil {
		return "", err
	}

	d.step("Asking the deployed model a question; it is scaled to zero, so the first request starts a replica and " +
		"is retried")

	if reply, err = d.chat(ctx, outputs["inference_base_url"], outputs["inference_model"], question); err != nil {
		return "", fmt.Errorf("chat completion: %w", err)
	}

	d.detail("%s", question)
	d.detail("%s", reply)

	d.step("Planning again: there must be no changes")

	var changes bool

	plan := func(tf *tfexec.Terraform) (err error) { changes, err = tf.Plan(ctx); return err }
	if err := d.cli.withOutput(plan); err != nil {
		return reply, fmt.Errorf("plan: %w", err)
	}

	if changes {
		return reply, errors.New("the second plan is not empty: see the changes above")
	}

	return reply, nil
}

// destroy destroys the quickstart and checks that nothing of it is left.
func (d *demo) destroy(ctx context.Context) error {
	d.step("Destroying: first the deployment, then the model")

	destroy := func(tf *tfexec.Terraform) error { return tf.Destroy(ctx) }
	if err := d.cli.withOutput(destroy); err != nil {
		return fmt.Errorf("destroy: %w", err)
	}

	if left := d.mock.createdObjects(); len(left) > 0 {
		return fmt.Errorf("still on the platform after destroy: %s", strings.Join(left, ", "))
	}

	return nil
}

// step prints a heading.
func (d *demo) step(title string) {
	_, _ = fmt.Fprintf(d.out, "\n==> %s\n", title)
}

// detail prints a line below a heading.
func (d *demo) detail(format string, values ...any) {
	_, _ = fmt.Fprintf(d.out, "    "+format+"\n", values...)
}
