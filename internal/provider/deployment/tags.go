// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// tagsOf returns the tags of a value. A tag that is null is left out.
func tagsOf(value types.Map) map[string]string {
	tags := map[string]string{}

	for key, element := range value.Elements() {
		if text, ok := element.(types.String); ok && attribute.IsKnown(text) {
			tags[key] = text.ValueString()
		}
	}

	return tags
}

// keepTags returns the prior value if the new one has the same tags.
func keepTags(prior, value types.Map) types.Map {
	if attribute.IsKnown(prior) && attribute.IsKnown(value) && attribute.IsWhollyKnown(value) &&
		maps.Equal(tagsOf(prior), tagsOf(value)) {
		return prior
	}

	return value
}

// tagChanges are the requests that turn the current tags into the wanted ones.
type tagChanges struct {
	set    map[string]string
	remove []string
}

func newTagChanges(current, wanted map[string]string) tagChanges {
	changes := tagChanges{set: map[string]string{}}

	for key, value := range wanted {
		if have, ok := current[key]; !ok || have != value {
			changes.set[key] = value
		}
	}

	for _, key := range slices.Sorted(maps.Keys(current)) {
		if _, ok := wanted[key]; !ok {
			changes.remove = append(changes.remove, key)
		}
	}

	return changes
}

// apply removes tags first: a deployment has a limited number of them.
func (c tagChanges) apply(ctx context.Context, client *fireworks.Client, name fireworks.DeploymentName) error {
	if err := client.DeleteDeploymentTags(ctx, name, c.remove); err != nil {
		return err
	}

	return client.SetDeploymentTags(ctx, name, c.set)
}
