// `layout`: offset, size, cache line and padding of every field of every structure that parties or threads share.

using System.CommandLine;
using System.CommandLine.Parsing;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Layout;

/// <summary>The command `layout`.</summary>
public static class LayoutCommand
{
    private const int MaximumDepth = 8;

    internal static Command Create(CommandContext context)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "Show only this structure, for instance RingHeader or IpcQueue.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var depth = new Option<int>("--depth")
        {
            Description = $"Take nested structures and arrays apart, so many levels deep, 0 to {MaximumDepth}.",
            CustomParser = ParseDepth,
            HelpName = "N",
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "layout",
            "Print offset, size, cache line and padding of every structure that threads or parties share, as measured.\n"
            + "Example: layout RingHeader\n"
            + "Example: layout IpcQueue --depth 2");
        command.Arguments.Add(name);
        command.Options.Add(depth);
        command.Options.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(name), parsed.GetValue(depth), parsed.GetValue(json)));
        return command;
    }

    /// <summary>Finds and measures the structures.</summary>
    /// <param name="name">Only the structure with this name, or all.</param>
    /// <param name="depth">How many levels of nested structures to take apart.</param>
    /// <returns>The layouts, by name; empty when there is no such structure.</returns>
    public static LayoutReport Measure(string? name, int depth)
    {
        FoundStructure[] structures = [.. StructureFinder.FindAll().Where(structure => name is null || HasName(structure, name))];
        return new LayoutReport(
            1, LayoutReport.LineBytes, ObjectLayoutInspectorSource.Compare(structures),
            [.. structures.Select(structure => LayoutMeter.Measure(structure, depth))]);
    }

    private static int Run(CommandContext context, string? name, int depth, bool isJson)
    {
        LayoutReport report = Measure(name, depth);
        if (report.Structures.Count == 0)
        {
            string all = string.Join(", ", StructureFinder.FindAll().Select(structure => TypeName.Of(structure.Type)));
            context.Error.WriteLine($"no shared structure is called '{name}'; there are {all}");
            return CommandExit.BadInput;
        }

        if (isJson)
        {
            JsonOutput.Write(context.Output, report);
        }
        else
        {
            LayoutText.Write(context.Output, report);
        }

        return report.SecondSource?.Differences.Count > 0 ? CommandExit.Findings : CommandExit.Clean;
    }

    private static bool HasName(FoundStructure structure, string name) =>
        TypeName.Of(structure.Type).Equals(name, StringComparison.OrdinalIgnoreCase)
        || structure.Type.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static int ParseDepth(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (int.TryParse(text, out int depth) && depth is >= 0 and <= MaximumDepth)
        {
            return depth;
        }

        result.AddError($"must be a whole number from 0 to {MaximumDepth}, not '{text}'");
        return 0;
    }
}
