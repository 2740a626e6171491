// Rules for the handbook: every link inside the tree leads somewhere, and every page can be reached by following links from
// the README, because a page that nobody links to is a page that nobody reads or keeps true. Links out of the tree are not
// followed: a test must not need a network.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from Markdown files to the places in them that break a rule.</summary>
public static partial class MarkdownRules
{
    private const string startPage = "README.md";

    /// <summary>Relative links resolve to a file or folder of the tree, and their anchors to a heading.</summary>
    public static IEnumerable<RuleViolation> BrokenLinks(IReadOnlyList<SourceFile> files)
    {
        var byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in files.Where(file => file.Is(".md")))
        {
            foreach (var (line, target) in Links(file))
            {
                var problem = ProblemOf(file, target, byPath);
                if (problem is not null)
                {
                    yield return file.At(line, problem);
                }
            }
        }
    }

    /// <summary>Every page is reached from the README.</summary>
    public static IEnumerable<RuleViolation> UnlinkedPages(IReadOnlyList<SourceFile> files)
    {
        var pages = files.Where(file => file.Is(".md")).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([startPage]);
        while (open.TryDequeue(out var path))
        {
            if (!pages.TryGetValue(path, out var page) || !reached.Add(path))
            {
                continue;
            }

            foreach (var (_, target) in Links(page))
            {
                open.Enqueue(Resolve(page.Path, target.Split('#')[0]));
            }
        }

        return pages.Values.Where(page => !reached.Contains(page.Path))
            .Select(page => page.At(1, $"no link leads here from {startPage}"));
    }

    /// <summary>The anchors of a page, as GitHub derives them from its headings.</summary>
    public static IReadOnlySet<string> Anchors(SourceFile page)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, line) in Prose(page, keepsCode: true))
        {
            var heading = Heading().Match(line);
            if (!heading.Success)
            {
                continue;
            }

            var slug = NotInSlug().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var unique = slug;
            for (var repeat = 1; !anchors.Add(unique); repeat++)
            {
                unique = $"{slug}-{repeat}";
            }
        }

        return anchors;
    }

    private static string? ProblemOf(SourceFile file, string target, Dictionary<string, SourceFile> byPath)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? file.Path : Resolve(file.Path, parts[0]);
        if (!byPath.TryGetValue(path, out var page))
        {
            var isFolder = byPath.Keys.Any(key => key.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));
            return isFolder && parts.Length == 1 ? null : $"the link {target} leads nowhere";
        }

        return parts.Length == 1 || Anchors(page).Contains(parts[1]) ? null : $"the anchor of {target} is no heading";
    }

    private static IEnumerable<(int Line, string Target)> Links(SourceFile page)
    {
        foreach (var (number, line) in Prose(page, keepsCode: false))
        {
            foreach (Match link in Link().Matches(line))
            {
                var target = link.Groups[1].Success ? link.Groups[1].Value : link.Groups[2].Value;
                if (!Scheme().IsMatch(target))
                {
                    yield return (number, target);
                }
            }
        }
    }

    // Fenced blocks show text, they do not link; the same holds for inline code when links are sought.
    private static IEnumerable<(int Line, string Text)> Prose(SourceFile page, bool keepsCode)
    {
        var isFenced = false;
        for (var index = 0; index < page.Lines.Length; index++)
        {
            var line = page.Lines[index];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isFenced = !isFenced;
                continue;
            }

            if (!isFenced)
            {
                yield return (index + 1, keepsCode ? line : InlineCode().Replace(line, "code"));
            }
        }
    }

    private static string Resolve(string from, string target)
    {
        var parts = new List<string>(from.Split('/')[..^1]);
        foreach (var part in target.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?(?:\s+""[^""]*"")?\)|^\s*\[[^\]]+\]:\s*(\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex("^#{1,6}\\s+(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.CultureInvariant)]
    private static partial Regex NotInSlug();

    [GeneratedRegex("`[^`]*`", RegexOptions.CultureInvariant)]
    private static partial Regex InlineCode();
}
