// First pass over a scenario: enters every name that some line defines, so that the second pass knows them all. It never
// reports an error: a line it does not understand defines nothing, and the second pass says why. Names that only occur as
// labels are initial processes; they are entered last, because a later `fork`, `clone` or `thread` may define them.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Collects the names that a scenario defines.</summary>
internal static class NameCollector
{
    /// <summary>Enters what a line defines explicitly: resources, processes, threads, children.</summary>
    internal static void CollectDefinitions(ParseState state, ReadOnlySpan<char> line)
    {
        var reader = new LineReader(line);
        if (reader.TryMove(Keyword.Pipe))
        {
            CollectPipe(state, ref reader, isPrelude: true);
        }
        else if (reader.TryMove(Keyword.Device))
        {
            DefineResource(state, reader, ResourceKind.Device, isPrelude: true);
        }
        else if (reader.TryMove(Keyword.Process))
        {
            DefineStrand(state, reader, Strand.ForProcess(state.Scenario.StrandCount, default));
        }
        else if (reader.TryMove(Keyword.Thread))
        {
            DefineStrand(state, reader, Strand.ForThread(0, default));
        }
        else
        {
            CollectOutputs(state, ref reader);
        }
    }

    /// <summary>Enters the process that a label or a thread declaration implies, unless the name is defined.</summary>
    internal static void CollectImplied(ParseState state, ReadOnlySpan<char> line)
    {
        var reader = new LineReader(line);
        if (reader.TryMove(Keyword.Thread))
        {
            reader.Move();
            if (reader.TryMove(Keyword.In))
            {
                DefineStrand(state, reader, Strand.ForProcess(state.Scenario.StrandCount, default));
            }

            return;
        }

        // A label with a broken handler counts, too: the second pass must find the name to complain about what follows it.
        var after = reader;
        after.Move();
        if (after.Is(":") || after.Is("."))
        {
            DefineStrand(state, reader, Strand.ForProcess(state.Scenario.StrandCount, default));
        }
    }

    private static bool SkipLabel(ref LineReader reader)
    {
        if (reader.Current.Kind != TokenKind.Word)
        {
            return false;
        }

        reader.Move();
        if (reader.TryMove("."))
        {
            reader.Move();
        }

        return reader.TryMove(":");
    }

    private static void CollectOutputs(ParseState state, ref LineReader reader)
    {
        if (!SkipLabel(ref reader) || reader.Current.Kind != TokenKind.Word)
        {
            return;
        }

        var output = reader;
        reader.Move();
        if (reader.Is(","))
        {
            CollectPipe(state, ref output, isPrelude: false);
        }
        else if (reader.TryMove("="))
        {
            CollectCreated(state, reader, output);
        }
    }

    private static void CollectCreated(ParseState state, in LineReader call, in LineReader output)
    {
        ref readonly var description = ref CallTable.Of(CallTable.Find(call.Text));
        if (description.Has(CallFlags.CreatesChild))
        {
            DefineStrand(state, output, Strand.ForChild(state.Scenario.StrandCount, 0, default));
        }
        else if (description.Has(CallFlags.CreatesThread))
        {
            DefineStrand(state, output, Strand.ForClone(0, default));
        }
    }

    private static void CollectPipe(ParseState state, ref LineReader reader, bool isPrelude)
    {
        var first = reader;
        reader.Move();
        if (!reader.TryMove(",") || state.Scenario.ResourceCount + 2 > Scenario.MaximumResources)
        {
            return;
        }

        // Both ends or none: ends are neighbours by rule, so a refused name keeps its place and the second pass fails at it.
        DefineResource(state, first, ResourceKind.PipeRead, isPrelude);
        DefineResource(state, reader, ResourceKind.PipeWrite, isPrelude);
    }

    private static void DefineResource(ParseState state, LineReader reader, ResourceKind kind, bool isPrelude)
    {
        var isNew = IsNew(state, reader, out var name);
        var index = isNew || kind != ResourceKind.Device
            ? state.Scenario.AddResource(Resource.Of(kind, isPrelude, name))
            : Scenario.None;
        if (isNew && index >= 0)
        {
            state.Names.Add(new NameEntry(name, IsStrand: false, index, state.Line, reader.Current.Column));
        }
    }

    private static void DefineStrand(ParseState state, LineReader reader, Strand strand)
    {
        if (!IsNew(state, reader, out strand.Name))
        {
            return;
        }

        var index = state.Scenario.AddStrand(strand);
        if (index >= 0)
        {
            state.Names.Add(new NameEntry(strand.Name, IsStrand: true, index, state.Line, reader.Current.Column));
        }
    }

    private static bool IsNew(ParseState state, LineReader reader, out ShortName name)
    {
        name = default;
        return reader.Current.Kind == TokenKind.Word && ScenarioName.IsLegal(reader.Text)
            && ShortName.TryCreate(reader.Text, out name) && !state.Names.TryFind(reader.Text, out _);
    }
}
