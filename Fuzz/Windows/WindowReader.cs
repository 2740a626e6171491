// Reads a file of Corpus/windows. It is an ordinary scenario; what makes it an entry stands in the comment at its top, in a fixed
// form: lines `# key: value`, a line `#`, then prose up to the first line that is no comment. So `run` and every editor
// can do with the file what they can do with any other. All mistakes of a file are reported, each with its place.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>Reads one entry of the bank of windows.</summary>
internal sealed class WindowReader
{
    private const int MaximumTitleLength = 72;

    private static readonly string[] Required = ["title", "window", "protocol", "verdict", "reach"];

    private static readonly string[] Keys =
        ["title", "window", "protocol", "profile", "calls", "verdict", "besides", "defect", "limit", "shows", "reach"];

    private readonly ScenarioSource source;
    private readonly string[] lines;
    private readonly List<string> errors = [];
    private readonly Dictionary<string, (int Line, string Value)> values = new(StringComparer.Ordinal);
    private readonly List<string> paragraph = [];

    private WindowReader(ScenarioSource source)
    {
        this.source = source;
        lines = source.Text.Split('\n');
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="window">The entry, if there are no mistakes.</param>
    /// <returns>The mistakes, one line each.</returns>
    internal static IReadOnlyList<string> Read(string path, out KnownWindow? window)
    {
        window = null;
        ScenarioSource source = ScenarioSource.Read(new ScenarioParser(), path);
        if (!source.IsValid)
        {
            return [.. source.Errors.Select(error => error.ToString())];
        }

        var reader = new WindowReader(source);
        reader.ReadHead();
        KnownWindow read = reader.Interpret();
        if (reader.errors.Count == 0)
        {
            window = read;
        }

        return reader.errors;
    }

    private void ReadHead()
    {
        int line = 0;
        while (line < lines.Length && IsComment(line) && TextOf(line).Length > 0)
        {
            ReadPair(line++);
        }

        for (; line < lines.Length && IsComment(line); line++)
        {
            paragraph.Add(TextOf(line));
        }

        while (paragraph.Count > 0 && paragraph[0].Length == 0)
        {
            paragraph.RemoveAt(0);
        }

        foreach (string key in Required)
        {
            if (!values.ContainsKey(key))
            {
                Fail(0, 1, $"the head has no '# {key}: ...'");
            }
        }

        if (paragraph.Count == 0)
        {
            Fail(Math.Min(line, lines.Length - 1), 1, "expected '#' and then what the window is, in prose");
        }
    }

    private void ReadPair(int line)
    {
        string text = TextOf(line);
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        string key = colon < 0 ? text.TrimEnd(':') : text[..colon];
        int column = ColumnOf(line);
        if (!Keys.Contains(key))
        {
            var suggestion = new Suggestion(key);
            Array.ForEach(Keys, suggestion.Add);
            Fail(line, column, colon < 0
                ? "expected '# key: value', or '#' before the prose" : $"there is no key '{key}'{suggestion.Describe()}");
            return;
        }

        if (colon < 0)
        {
            Fail(line, column, $"'{key}' has no value");
            return;
        }

        if (!values.TryAdd(key, (line, text[(colon + 2)..].Trim())))
        {
            Fail(line, column, $"'{key}' stands here a second time");
        }
    }

    private KnownWindow Interpret()
    {
        (Invariant invariant, CallKind kind) = ReadVerdict();
        var window = new KnownWindow
        {
            Name = System.IO.Path.GetFileNameWithoutExtension(source.Name),
            Path = source.Name,
            Text = source.Text,
            Title = Value("title"),
            Window = Value("window"),
            Protocol = ReadProtocol(),
            Profile = ReadProfile(),
            JudgesAllCalls = ReadCalls(),
            Invariant = invariant,
            Besides = ReadBesides(),
            Kind = kind,
            Defects = ReadDefects(),
            Limit = ReadLimit(),
            Shows = ReadNotes(),
            Reach = Value("reach"),
            Paragraph = paragraph,
            File = source.File,
        };
        if (window.Title.Length > MaximumTitleLength)
        {
            FailAt("title", $"a title has {MaximumTitleLength} characters at most, this one has {window.Title.Length}");
        }

        if (errors.Count == 0)
        {
            JudgeCause(window);
            JudgeSchedule(window);
        }

        return window;
    }

    private IProtocol ReadProtocol()
    {
        string name = Value("protocol");
        IProtocol? protocol = ProtocolCatalog.Find(name);
        if (protocol is null && name.Length > 0)
        {
            FailAt("protocol", NamedThings.UnknownProtocol(name));
        }

        return protocol ?? ProtocolCatalog.All[0];
    }

    private Profile ReadProfile()
    {
        string name = Value("profile");
        if (!Profiles.TryParse(name.Length == 0 ? "managarm" : name, out Profile profile))
        {
            FailAt("profile", NamedThings.UnknownProfile(name));
        }

        return profile;
    }

    private bool ReadCalls()
    {
        string which = Value("calls");
        if (which is not ("" or "wired" or "all"))
        {
            FailAt("calls", $"'{which}' is neither wired nor all");
        }

        return which == "all";
    }

    private (Invariant Invariant, CallKind Kind) ReadVerdict()
    {
        string[] words = Value("verdict").Split(' ');
        if (words is ["benign"] or [""])
        {
            return (Invariant.None, CallKind.None);
        }

        Invariant found = ReadInvariant("verdict", words[0]);
        bool hasKind = found != Invariant.None && words.Length > 1;
        return (found, hasKind ? ReadKind(string.Join(' ', words[1..])) : CallKind.None);
    }

    private List<Invariant> ReadBesides()
    {
        var besides = new List<Invariant>();
        foreach (string name in Words("besides"))
        {
            besides.Add(ReadInvariant("besides", name));
        }

        if (besides.Count > 0 && Value("verdict") != "benign")
        {
            FailAt("besides", "only a benign window has other violations besides");
        }

        return besides;
    }

    private Invariant ReadInvariant(string key, string name)
    {
        var suggestion = new Suggestion(name);
        if (key == "verdict")
        {
            suggestion.Add("benign");
        }

        Invariant found = Invariant.None;
        for (int i = 1; i < Invariants.Count; i++)
        {
            suggestion.Add(Invariants.NameOf((Invariant)i));
            found = Invariants.NameOf((Invariant)i) == name ? (Invariant)i : found;
        }

        if (found == Invariant.None)
        {
            FailAt(key, $"'{name}' is no invariant{suggestion.Describe()}");
        }

        return found;
    }

    private CallKind ReadKind(string name)
    {
        CallKind found = CallTable.Find(name);
        if (found != CallKind.None)
        {
            return found;
        }

        var suggestion = new Suggestion(name);
        for (int kind = 1; kind < CallTable.Count; kind++)
        {
            suggestion.Add(CallTable.Of((CallKind)kind).Name);
        }

        FailAt("verdict", $"'{name}' is no call{suggestion.Describe()}");
        return CallKind.None;
    }

    private DefectSet ReadDefects()
    {
        DefectSet set = default;
        foreach (string name in Words("defect"))
        {
            if (DefectNames.TryFind(name, out Defect defect))
            {
                set = set.With(defect);
                continue;
            }

            var suggestion = new Suggestion(name);
            Array.ForEach(Enum.GetValues<Defect>(), each => suggestion.Add(DefectNames.Of(each)));
            FailAt("defect", $"there is no defect '{name}'{suggestion.Best()}; `run --help` lists them");
        }

        return set;
    }

    private Limits ReadLimit()
    {
        string name = Value("limit");
        if (name.Length == 0)
        {
            return Limits.None;
        }

        Limits found = Array.Find(Enum.GetValues<Limits>(), limit => limit != Limits.None && HyphenName.Of(limit) == name);
        if (found == Limits.None)
        {
            string known = string.Join(", ", Enum.GetValues<Limits>().Where(each => each != Limits.None).Select(HyphenName.Of));
            FailAt("limit", $"'{name}' is no limit; there are {known}");
        }

        return found;
    }

    private List<NoteKind> ReadNotes()
    {
        var notes = new List<NoteKind>();
        foreach (string name in Words("shows"))
        {
            NoteKind found = Array.Find(Enum.GetValues<NoteKind>(), note => HyphenName.Of(note) == name);
            notes.Add(found);
            if (found == NoteKind.None)
            {
                var suggestion = new Suggestion(name);
                Array.ForEach(Enum.GetValues<NoteKind>(), note => suggestion.Add(HyphenName.Of(note)));
                FailAt("shows", $"there is no note '{name}'{suggestion.Best()}");
            }
        }

        return notes;
    }

    /// <summary>A window with harm has a repair with its name, or its cause is a planted defect, or something that the protocol
    /// declares not to promise.</summary>
    private void JudgeCause(KnownWindow window)
    {
        bool hasCause = window.Repair != Repairs.None || Value("defect").Length > 0 || window.Limit != Limits.None;
        if (!window.IsBenign && !hasCause)
        {
            FailAt("window", $"{window.Protocol.Name} has no repair '{window.Window}', and neither defect nor limit is named");
        }
    }

    /// <summary>A window with harm needs the line that shows it, and the line must be for what the head says.</summary>
    private void JudgeSchedule(KnownWindow window)
    {
        ScheduleLine line = window.File.Schedule;
        if (!line.IsPresent)
        {
            if (!window.IsBenign || window.Shows.Count > 0)
            {
                Fail(lines.Length - 1, 1, "expected the schedule line that shows it; `run` with a strategy prints one");
            }

            return;
        }

        ScenarioError? error = new ScheduleFit(source.Name, source.Text, window.File).FindMistake();
        if (error is not null)
        {
            errors.Add(error.ToString());
            return;
        }

        int at = Array.FindIndex(lines, text => text.TrimStart().StartsWith("schedule ", StringComparison.Ordinal));
        if (line.Protocol != window.Protocol.Name || line.Profile != Profiles.NameOf(window.Profile))
        {
            Fail(at, 1, $"the schedule is for {line.Protocol} and {line.Profile}, the head says {window.Protocol.Name} and "
                + Profiles.NameOf(window.Profile));
        }
    }

    private bool IsComment(int line) => lines[line].StartsWith('#');

    private string TextOf(int line) => lines[line][1..].Trim();

    private int ColumnOf(int line) => lines[line].Length - lines[line][1..].TrimStart().Length + 1;

    private string Value(string key) => values.TryGetValue(key, out (int Line, string Value) found) ? found.Value : "";

    private string[] Words(string key) =>
        Value(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private void FailAt(string key, string message)
    {
        int line = values[key].Line;
        Fail(line, lines[line].IndexOf(": ", StringComparison.Ordinal) + 3, message);
    }

    private void Fail(int line, int column, string message) => errors.Add($"{source.Name}:{line + 1}:{column}: {message}");
}
