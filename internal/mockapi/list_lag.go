// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"strings"
	"time"
)

// lateRows are the objects that lists show, or do not show, as they were before a creation or a deletion.
type lateRows struct {
	lag   time.Duration
	lists int
	rows  []*lateRow
}

type lateRow struct {
	name  string
	row   any // the deleted object; nil hides a new one
	until time.Time
	lists int
}

// SetListLag sets for how long, or for how many requests of a list, lists still show what is deleted and do not show
// what is created from now on.
func (s *Server) SetListLag(d time.Duration, lists int) {
	defer s.lock()()

	s.late = lateRows{lag: d, lists: lists}
}

// listLate makes lists show a deleted object for a while, or hide a new one when row is nil.
func (s *Server) listLate(name string, row any) {
	s.late.rows = slices.DeleteFunc(s.late.rows, func(r *lateRow) bool { return r.name == name })

	if s.late.lag > 0 || s.late.lists > 0 {
		late := &lateRow{name: name, row: row, until: s.now().Add(s.late.lag), lists: s.late.lists}
		s.late.rows = append(s.late.rows, late)
	}
}

// listed returns the rows of a collection in the order of their names, as a list shows them.
func listed[T any](s *Server, c *call, collection string, rows []T, name func(T) string) []T {
	now := s.now()
	s.late.rows = slices.DeleteFunc(s.late.rows, func(r *lateRow) bool { return r.lists <= 0 && !now.Before(r.until) })

	for _, late := range s.late.rows {
		if !strings.HasPrefix(late.name, collection) {
			continue
		}

		at := slices.IndexFunc(rows, func(row T) bool { return name(row) == late.name })

		switch row, deleted := late.row.(T); {
		case deleted && at < 0:
			rows = append(rows, row)
		case !deleted && at >= 0:
			rows = slices.Delete(rows, at, at+1)
		}

		if c.query.Get("pageToken") == "" {
			late.lists--
		}
	}

	slices.SortFunc(rows, func(a, b T) int { return strings.Compare(name(a), name(b)) })

	return rows
}
