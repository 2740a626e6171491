// Reads names: those that a line defines and those that it uses. The first pass over the text has entered every definition
// with its place, so a name that is not in the table is unknown, and one that is there with another place is defined twice.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Parses names of actors, resources and signals.</summary>
internal static class NameParser
{
    /// <summary>Passes a name that this line defines.</summary>
    internal static bool TryReadDefinition(ParseState state, ref LineReader reader, bool isStrand, out int index)
    {
        index = Scenario.None;
        var token = reader.Current;
        if (token.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "a new name");
        }

        if (!state.Names.TryFind(reader.Text, out var entry))
        {
            return FailUndefinable(state, reader, isStrand);
        }

        if (entry.Line != state.Line || entry.Column != token.Column)
        {
            return state.Fail(
                ScenarioErrorCode.DuplicateName, token, $"'{reader.Text}' is defined twice, first at line {entry.Line}");
        }

        index = entry.Index;
        reader.Move();
        return true;
    }

    /// <summary>Says why the first pass did not enter the name that stands here; always false.</summary>
    internal static bool FailUndefinable(ParseState state, in LineReader reader, bool isStrand)
    {
        if (reader.Current.Length > ShortName.MaximumLength)
        {
            return state.Fail(
                ScenarioErrorCode.IllegalName,
                reader.Current,
                $"the name {ParseState.Quote(reader)} has more than {ShortName.MaximumLength} characters");
        }

        return ScenarioName.IsLegal(reader.Text)
            ? state.FailLimit(reader.Current, LimitMessage(state, isStrand))
            : state.Fail(
                ScenarioErrorCode.IllegalName,
                reader.Current,
                $"{ParseState.Quote(reader)} is a word of the language and no name");
    }

    /// <summary>What is said when there are too many actors or descriptors.</summary>
    internal static string LimitMessage(ParseState state, bool isStrand)
    {
        if (!isStrand)
        {
            return state.Scenario.ResourceCount < Scenario.MaximumResources
                ? $"more than {Scenario.MaximumDevices} devices"
                : $"more than {Scenario.MaximumResources} descriptors";
        }

        if (state.Scenario.StrandCount == Scenario.MaximumStrands)
        {
            return $"more than {Scenario.MaximumStrands} actors and handlers";
        }

        return state.Scenario.CountActors() == Scenario.MaximumActors
            ? $"more than {Scenario.MaximumActors} threads, the first ones of processes included"
            : $"more than {Scenario.MaximumProcesses} processes, children included";
    }

    /// <summary>Passes the name of a strand or resource that an argument of this kind can be.</summary>
    internal static bool TryReadUse(ParseState state, ref LineReader reader, ArgumentKind kind, out int index)
    {
        index = Scenario.None;
        var token = reader.Current;
        var needed = Describe(kind);
        if (token.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, needed);
        }

        if (!state.Names.TryFind(reader.Text, out var entry))
        {
            var suggestion = new Suggestion(reader.Text);
            AddNames(suggestion, state, kind);
            return FailUnknown(state, reader, needed, suggestion);
        }

        if (!Fits(state, entry, kind))
        {
            return state.Fail(ScenarioErrorCode.WrongKind, token, $"'{entry.Name}' is {state.Describe(entry)}, not {needed}");
        }

        index = entry.Index;
        reader.Move();
        return true;
    }

    /// <summary>Says that nothing has the name that stands here; always false.</summary>
    internal static bool FailUnknown(ParseState state, in LineReader reader, string needed, Suggestion suggestion) => state.Fail(
        ScenarioErrorCode.UnknownName,
        reader.Current,
        $"expected {needed}, but nothing is named {ParseState.Quote(reader)}{suggestion.Describe()}");

    /// <summary>Passes the name of a signal.</summary>
    internal static bool TryReadSignal(ParseState state, ref LineReader reader, out int index)
    {
        index = Scenario.None;
        if (reader.Current.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "a signal");
        }

        index = SignalTable.IndexOf(reader.Text);
        if (index >= 0)
        {
            reader.Move();
            return true;
        }

        var suggestion = new Suggestion(reader.Text);
        var prefix = reader.Text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? "SIG" : "";
        for (var i = 0; i < SignalTable.Count; i++)
        {
            suggestion.Add(prefix + SignalTable.NameAt(i));
        }

        var message = $"expected a signal, found {ParseState.Quote(reader)}{suggestion.Describe()}";
        return state.Fail(ScenarioErrorCode.UnknownSignal, reader.Current, message);
    }

    private static void AddNames(Suggestion suggestion, ParseState state, ArgumentKind kind)
    {
        if (kind == ArgumentKind.ProcessOrAny)
        {
            suggestion.Add(Keyword.Any);
        }

        foreach (ref readonly var entry in state.Names.Entries)
        {
            if (Fits(state, entry, kind))
            {
                suggestion.Add(entry.Name.ToString());
            }
        }
    }

    private static bool Fits(ParseState state, in NameEntry entry, ArgumentKind kind) =>
        entry.IsStrand == CallTable.IsStrand(kind) && ScenarioRules.IsArgument(state.Scenario, kind, entry.Index);

    private static string Describe(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Thread => "an actor",
        ArgumentKind.Process or ArgumentKind.ProcessOrAny => "a process",
        ArgumentKind.Device => "a device",
        _ => "a descriptor",
    };
}
