// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

const (
	maxTags     = 64
	maxTagValue = 128
)

var (
	enumPattern = regexp.MustCompile(`^[A-Z0-9]+(_[A-Z0-9]+)*$`)
	// durationPattern matches what time.ParseDuration accepts unless it is too long.
	durationPattern = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$`)
	tagKeyPattern   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/-]{0,119}[A-Za-z0-9])?$`)
)

func deploymentShapeValidator() validator.String {
	return attribute.StringValidator{
		Summary: diagnostic.SummaryInvalidResourceName,
		Rule:    "value must be the full name of a deployment shape, with or without a version, or default",
		Problems: func(name string) []string {
			_, err := fireworks.ParseDeploymentShapeName(name)
			if err == nil || name == fireworks.DeploymentShapeDefault {
				return nil
			}

			return []string{err.Error() + " The value " + fireworks.DeploymentShapeDefault +
				" lets the platform choose a shape."}
		},
	}
}

// enumValidator checks only the form of an enumerated value: the platform adds values with every release.
func enumValidator(noun, example string) validator.String {
	return attribute.StringValidator{
		Summary: diagnostic.SummaryInvalidEnumValue,
		Rule:    "value must consist of upper-case letters and digits, separated by underscores",
		Problems: func(value string) []string {
			if enumPattern.MatchString(value) {
				return nil
			}

			return []string{fmt.Sprintf("The %s %q does not have the right form: it must consist of upper-case "+
				"letters and digits, separated by single underscores, such as %s.", noun, value, example)}
		},
	}
}

func regionsValidator() validator.Set {
	return setvalidator.ValueStringsAre(enumValidator("region", "US_IOWA_1"))
}

// emptyOr accepts the empty string besides what the validator accepts.
func emptyOr(v validator.String) validator.String { return emptyOrValidator{v} }

type emptyOrValidator struct{ validator.String }

func (v emptyOrValidator) ValidateString(
	ctx context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if req.ConfigValue.ValueString() != "" {
		v.String.ValidateString(ctx, req, resp)
	}
}

// windowValidator checks a duration of the autoscaling policy. A bound of 0 is no bound.
func windowValidator(least, most time.Duration) validator.String {
	description := "value must be a duration of at least " + fireworks.DurationText(least)
	if most > 0 {
		description = "value must be a duration of at most " + fireworks.DurationText(most)
	}

	return attribute.StringValidator{
		Summary:  diagnostic.SummaryInvalidDuration,
		Rule:     description,
		Problems: func(text string) []string { return durationProblems(text, least, most) },
	}
}

func durationProblems(text string, least, most time.Duration) []string {
	switch duration, err := time.ParseDuration(text); {
	case err != nil && durationPattern.MatchString(text):
		return []string{text + " is too long: a duration has at most about 290 years."}
	case err != nil:
		return []string{fmt.Sprintf("%q is not a duration. Write a number with a unit, such as 30s, 10m or 1h.", text)}
	case duration < 0:
		return []string{fmt.Sprintf("%s is negative.", text)}
	case duration < least:
		return []string{fmt.Sprintf("%s is too short: the platform accepts at least %s.", text,
			fireworks.DurationText(least))}
	case most > 0 && duration > most:
		return []string{fmt.Sprintf("%s is too long: the platform accepts at most %s.", text,
			fireworks.DurationText(most))}
	}

	return nil
}

// tagsValidator applies the rules of the platform for custom tags.
type tagsValidator struct{}

func (tagsValidator) Description(context.Context) string {
	return fmt.Sprintf("map must have at most %d tags with valid keys and values", maxTags)
}

func (v tagsValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (tagsValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if !attribute.IsKnown(req.ConfigValue) {
		return
	}

	elements := req.ConfigValue.Elements()
	if len(elements) > maxTags {
		resp.Diagnostics.AddAttributeError(req.Path, diagnostic.SummaryInvalidTag,
			fmt.Sprintf("There are %d tags. A deployment has at most %d.", len(elements), maxTags))
	}

	for _, key := range slices.Sorted(maps.Keys(elements)) {
		element, at := elements[key], req.Path.AtMapKey(key)

		if problem := tagKeyProblem(key); problem != "" {
			resp.Diagnostics.AddAttributeError(at, diagnostic.SummaryInvalidTag, problem)
		}

		if value, ok := element.(types.String); ok && attribute.IsKnown(value) {
			if problem := tagValueProblem(value.ValueString()); problem != "" {
				resp.Diagnostics.AddAttributeError(at, diagnostic.SummaryInvalidTag,
					fmt.Sprintf("The value of the tag %q %s.", key, problem))
			}
		}
	}
}

func tagKeyProblem(key string) string {
	switch {
	case strings.HasPrefix(key, "custom/"):
		return fmt.Sprintf("The key %q must be written without the prefix custom/: %q.", key,
			strings.TrimPrefix(key, "custom/"))
	case !tagKeyPattern.MatchString(key):
		return fmt.Sprintf("%q is not a valid key of a tag: it must have 1 to 121 ASCII letters, digits, and the "+
			"characters - _ . /, the first and the last a letter or a digit.", key)
	}

	return ""
}

func tagValueProblem(value string) string {
	switch n := utf8.RuneCountInString(value); {
	case n == 0:
		return "is empty; it must have 1 to 128 characters"
	case n > maxTagValue:
		return fmt.Sprintf("has %d characters; it must have at most %d", n, maxTagValue)
	case strings.TrimSpace(value) != value:
		return "starts or ends with a space"
	case strings.ContainsFunc(value, unicode.IsControl):
		return "contains a control character"
	}

	return ""
}

// validate checks the rules that concern several arguments. Unknown values pass.
func (d *resourceModel) validate(diags *diag.Diagnostics) {
	d.validateHardware(diags)
	d.validateReplicaCounts(diags)
	d.validateSchedules(diags)
	d.validatePlacement(diags)
}

func (d *resourceModel) validateHardware(diags *diag.Diagnostics) {
	shape, accelerator := d.DeploymentShape, d.AcceleratorType

	if shape.IsNull() && accelerator.IsNull() {
		diags.AddError(diagnostic.SummaryShapeOrAccelerator,
			"Neither deployment_shape nor accelerator_type is set.\n\n"+shapeOrAcceleratorHint)
	}

	if shape.IsNull() && !accelerator.IsNull() && !d.AcceptShapelessRisk.IsUnknown() &&
		!d.AcceptShapelessRisk.ValueBool() {
		diags.AddAttributeError(path.Root("accelerator_type"), diagnostic.SummaryShapelessRisk,
			"Without deployment_shape, the platform serves the model on hardware for which it has validated neither "+
				"performance nor quality. It creates such a deployment only if the risk is accepted.\n\n"+
				"Set deployment_shape instead of accelerator_type (the data source fireworks_deployment_shape finds "+
				"one for a base model), or set accept_shapeless_risk = true.")
	}
}

const shapeOrAcceleratorHint = "Set one of the two. A shape is recommended: its hardware and settings are validated " +
	"for the model. The data source fireworks_deployment_shape finds one for a base model, and the value default " +
	"lets the platform choose."

func (d *resourceModel) validateReplicaCounts(diags *diag.Diagnostics) {
	if !attribute.IsKnown(d.MaxReplicaCount) || d.MinReplicaCount.IsUnknown() ||
		d.MaxReplicaCount.ValueInt64() >= d.MinReplicaCount.ValueInt64() {
		return
	}

	diags.AddAttributeError(path.Root("max_replica_count"), diagnostic.SummaryInvalidReplicaCounts, fmt.Sprintf(
		"max_replica_count is %d, and min_replica_count is %d.\n\n"+
			"Increase max_replica_count, or decrease min_replica_count. To park the deployment, set both to "+
			"0.", d.MaxReplicaCount.ValueInt64(), d.MinReplicaCount.ValueInt64()))
}

func (d *resourceModel) validatePlacement(diags *diag.Diagnostics) {
	if d.Placement.IsNull() || !attribute.IsWhollyKnown(d.Placement) {
		return
	}

	var set []string

	attributes := d.Placement.Attributes()
	for name, isSet := range map[string]bool{
		// The form of an empty string is reported already.
		"region": !attributes["region"].IsNull(), "multi_region": !attributes["multi_region"].IsNull(),
		"regions": len(placementOf(d.Placement).Regions) > 0,
	} {
		if isSet {
			set = append(set, name)
		}
	}

	slices.Sort(set)

	if len(set) == 1 {
		return
	}

	found := "None of its attributes is set."
	if len(set) > 1 {
		found = "These attributes are set: " + strings.Join(set, ", ") + "."
	}

	diags.AddAttributeError(path.Root("placement"), diagnostic.SummaryInvalidPlacement,
		found+"\n\nSet exactly one of region, multi_region and regions, or remove placement.")
}
