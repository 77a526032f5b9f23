import * as library from "@hello-pangea/dnd";
import { mount } from "../beautiful.jsx";

mount(library);
